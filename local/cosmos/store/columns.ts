/** What comes out of SQLite, checked. A column of another kind means a file that this program did not write. */
import type { SQLOutputValue } from "node:sqlite";

export type Row = readonly SQLOutputValue[];

export const textColumn = (row: Row, index: number): string => {
  const value = row[index];
  if (typeof value !== "string") throw new TypeError(`Column ${index} holds no text`);
  return value;
};

export const numberColumn = (row: Row, index: number): number => {
  const value = row[index];
  if (typeof value !== "number") throw new TypeError(`Column ${index} holds no number`);
  return value;
};

/** The number, or undefined for NULL. */
export const optionalNumberColumn = (row: Row, index: number): number | undefined =>
  row[index] === null ? undefined : numberColumn(row, index);
