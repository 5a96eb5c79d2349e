/** Which part of a container a request may see. Data: it travels between threads. */
import type { SQLInputValue } from "node:sqlite";

import type { ReadyIndex } from "./index-choice.ts";
import type { Expiry } from "./item-table.ts";
import type { Condition } from "./prefilter.ts";
import type { Scalar } from "./predicate.ts";
import type { Path } from "./order-key.ts";

export type KeyScope =
  | { readonly kind: "all" }
  /** One key. `equal` is what it says of the documents themselves. */
  | {
      readonly kind: "key";
      readonly epk: string;
      readonly pk: string;
      readonly equal: readonly { readonly path: Path; readonly value: Scalar }[];
    }
  /** Keys whose place lies in [from, to). */
  | { readonly kind: "range"; readonly from: string; readonly to: string };

export interface Scope {
  readonly container: number;
  readonly indexes: readonly ReadyIndex[];
  readonly key: KeyScope;
  readonly expiry: Expiry;
}

const keyCondition = (key: KeyScope): Condition | undefined => {
  switch (key.kind) {
    case "all":
      return undefined;
    case "key":
      return { sql: "i.epk = ? AND i.pk = ?", values: [key.epk, key.pk] };
    case "range":
      return { sql: "i.epk >= ? AND i.epk < ?", values: [key.from, key.to] };
    default:
      return key satisfies never;
  }
};

const liveCondition = ({ defaultTtl, nowSeconds }: Expiry): Condition | undefined =>
  defaultTtl === undefined
    ? undefined
    : {
        sql: "(coalesce(i.ttl, ?) < 0 OR i.ts + coalesce(i.ttl, ?) > ?)",
        values: [defaultTtl, defaultTtl, nowSeconds],
      };

/** Joins conditions on the row `i` of the items with AND. */
export const conditions = (
  parts: readonly (Condition | undefined)[],
): { readonly sql: string; readonly values: SQLInputValue[] } => {
  const given = parts.filter((part) => part !== undefined);
  return {
    sql: given.length === 0 ? "1" : given.map(({ sql }) => sql).join(" AND "),
    values: given.flatMap(({ values }) => values),
  };
};

/** What every row that a request sees must satisfy. */
export const visible = ({ key, expiry }: Scope): readonly (Condition | undefined)[] => [
  keyCondition(key),
  liveCondition(expiry),
];

/** As `visible`, for rows that were found by something better than their key: keeps SQLite from going by the key. */
export const visibleByRow = ({ key, expiry }: Scope): readonly (Condition | undefined)[] => {
  const condition = keyCondition(key);
  return [
    condition && { ...condition, sql: condition.sql.replaceAll("i.epk", "+i.epk") },
    liveCondition(expiry),
  ];
};
