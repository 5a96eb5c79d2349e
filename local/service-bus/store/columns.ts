import type { SQLOutputValue } from "node:sqlite";

/** Reads columns whose types the schema of the store gives; anything else means the file is damaged. */
const wrong = (wanted: string): Error => new Error(`The store holds something but ${wanted}`);

export const numberAt = (value: SQLOutputValue | undefined): number => {
  if (typeof value === "number") return value;
  throw wrong("a number");
};

export const textAt = (value: SQLOutputValue | undefined): string => {
  if (typeof value === "string") return value;
  throw wrong("a text");
};

export const bytesAt = (value: SQLOutputValue | undefined): Buffer => {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  throw wrong("bytes");
};
