/**
 * A predicate as a condition on the stored text, for SQLite to leave documents out before anybody parses
 * them. It may let too much through: types get mixed up (true and 1, missing and null). It never leaves out
 * what the predicate admits, so whatever SQLite could judge otherwise is not judged here.
 */
import type { SQLInputValue } from "node:sqlite";

import type { Path } from "./order-key.ts";
import type { Bound, Predicate, Scalar } from "./predicate.ts";

export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const ALWAYS: Condition = { sql: "1", values: [] };
const NEVER: Condition = { sql: "0", values: [] };

/** More alternatives than this are not worth comparing one by one. */
const MAX_VALUES = 500;

/** The path as SQLite writes it; absent when it has names whose quoting or comparison is not beyond doubt. */
const jsonPath = (path: Path): string | undefined => {
  let text = "$";
  for (const step of path) {
    if (typeof step === "number") {
      if (!Number.isSafeInteger(step) || step < 0) return undefined;
      text += `[${step}]`;
    } else {
      if (!/^[\w $@.,:;()+*=<>!?&|-]+$/.test(step)) return undefined;
      text += `."${step}"`;
    }
  }
  return text;
};

const extract = "json_extract(i.body, ?)";

/** SQLite may read a decimal fraction a few units in the last place off; so may it compare. */
const RELATIVE_ERROR = 1e-14;
const SMALLEST_NORMAL = 2.3e-308;

const around = (value: number): number => Math.abs(value) * RELATIVE_ERROR + SMALLEST_NORMAL;

const equals = (path: string, value: Scalar): Condition => {
  if (value === null) return { sql: "json_type(i.body, ?) = 'null'", values: [path] };
  if (typeof value === "boolean") return { sql: `${extract} = ?`, values: [path, value ? 1 : 0] };
  if (typeof value === "string") {
    return value.isWellFormed() ? { sql: `${extract} = ?`, values: [path, value] } : ALWAYS;
  }
  if (Number.isSafeInteger(value)) return { sql: `${extract} = ?`, values: [path, value] };
  const off = around(value);
  return { sql: `${extract} BETWEEN ? AND ?`, values: [path, value - off, value + off] };
};

const FIRST_SURROGATE = 0xd800;

/**
 * SQLite orders strings by code point, queries by UTF-16 unit. The two agree whenever one of the strings
 * has no unit from the surrogates on.
 */
const isOrderedAlike = (text: string): boolean => {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) >= FIRST_SURROGATE) return false;
  }
  return true;
};

const bounded = (path: string, { value, inclusive }: Bound, side: "from" | "to"): Condition => {
  if (typeof value === "number") {
    const widened = side === "from" ? value - around(value) : value + around(value);
    return { sql: `${extract} ${side === "from" ? ">=" : "<="} ?`, values: [path, widened] };
  }
  if (!isOrderedAlike(value)) return ALWAYS;
  const operator = `${side === "from" ? ">" : "<"}${inclusive ? "=" : ""}`;
  return { sql: `${extract} ${operator} ?`, values: [path, value] };
};

const joined = (parts: readonly Condition[], operator: "AND" | "OR"): Condition => ({
  sql: `(${parts.map(({ sql }) => sql).join(` ${operator} `)})`,
  values: parts.flatMap(({ values }) => values),
});

const all = (conditions: readonly Condition[]): Condition => {
  const parts = conditions.filter((part) => part !== ALWAYS);
  if (parts.length === 0) return ALWAYS;
  return parts.includes(NEVER) ? NEVER : joined(parts, "AND");
};

const any = (conditions: readonly Condition[]): Condition => {
  if (conditions.includes(ALWAYS)) return ALWAYS;
  return conditions.length === 0 ? NEVER : joined(conditions, "OR");
};

const isPlainText = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

type Leaf = Exclude<Predicate, { readonly kind: "and" | "or" }>;

const leafCondition = (predicate: Leaf, path: string): Condition => {
  switch (predicate.kind) {
    case "in":
      if (predicate.values.length > MAX_VALUES) return ALWAYS;
      return any(predicate.values.map((value) => equals(path, value)));
    case "range":
      return all([
        predicate.from ? bounded(path, predicate.from, "from") : ALWAYS,
        predicate.to ? bounded(path, predicate.to, "to") : ALWAYS,
      ]);
    case "prefix":
      return isPlainText(predicate.prefix)
        ? {
            sql: `substr(${extract}, 1, length(?)) = ?`,
            values: [path, predicate.prefix, predicate.prefix],
          }
        : ALWAYS;
    case "substring":
      return isPlainText(predicate.text)
        ? { sql: `instr(${extract}, ?) > 0`, values: [path, predicate.text] }
        : ALWAYS;
    case "defined":
      return { sql: "json_type(i.body, ?) IS NOT NULL", values: [path] };
    default:
      return predicate satisfies never;
  }
};

const conditionOf = (predicate: Predicate): Condition => {
  if (predicate.kind === "and") return all(predicate.of.map(conditionOf));
  if (predicate.kind === "or") return any(predicate.of.map(conditionOf));
  const path = jsonPath(predicate.path);
  return path === undefined ? ALWAYS : leafCondition(predicate, path);
};

/** SQLite refuses deeper expressions and more parameters than it was built for. */
const MAX_SQL_LENGTH = 100_000;
const MAX_PARAMETERS = 1500;

/** The condition on `i.body`; absent when it would leave nothing out. */
export const prefilter = (predicate: Predicate | undefined): Condition | undefined => {
  if (!predicate) return undefined;
  const condition = conditionOf(predicate);
  const tooLarge =
    condition.sql.length > MAX_SQL_LENGTH || condition.values.length > MAX_PARAMETERS;
  return condition === ALWAYS || tooLarge ? undefined : condition;
};
