import { randomUUID } from "node:crypto";

import { isRecord, parseJson } from "./json-value.ts";
import type { Invocation } from "./invoke.ts";
import type { InputDatum } from "./wire.ts";

const EXPRESSION = /\{\{|\}\}|\{([^{}]+)\}/g;

const plain = (datum: InputDatum | undefined): unknown => {
  if (datum === undefined) return undefined;
  if ("string" in datum) return datum.string;
  if ("json" in datum && datum.json !== undefined) return parseJson(datum.json);
  return undefined;
};

const withoutCase = (record: object, name: string): unknown => {
  for (const [key, value] of Object.entries(record))
    if (key.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
};

/** A name such as `order.id` looked up in what the trigger brought. */
const lookup = (values: object, path: string): unknown => {
  let value: unknown = values;
  for (const name of path.split(".")) {
    if (!isRecord(value)) return undefined;
    value = withoutCase(value, name);
  }
  return value;
};

const flat = (fields: Readonly<Record<string, { readonly value: string }>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));

/** What a binding expression may name: the trigger's metadata, or the parameters of a route. */
const valuesOf = ({ data, metadata = {} }: Invocation): object => {
  if ("http" in data && data.http !== undefined) {
    return {
      ...flat(data.http.nullableParams),
      Query: flat(data.http.nullableQuery),
      Headers: flat(data.http.nullableHeaders),
    };
  }
  return Object.fromEntries(
    Object.entries(metadata).map(([name, datum]) => [name, plain(datum)] as const),
  );
};

const builtIn = (name: string, now: Date): string | undefined => {
  const iso = now.toISOString();
  switch (name.toLowerCase()) {
    case "rand-guid":
      return randomUUID();
    case "rand-guid:n":
      return randomUUID().replaceAll("-", "");
    case "datetime":
      return iso.replaceAll(":", "-").slice(0, 19);
    case "sys.utcnow":
      return iso;
    default:
      return undefined;
  }
};

/**
 * Replaces the `{expressions}` of a path, queue name or id.
 *
 * @throws {Error} when the trigger brought no such value.
 */
export const resolveExpressions = (template: string, invocation: Invocation): string =>
  template.replace(EXPRESSION, (token: string, name: string | undefined) => {
    if (name === undefined) return token.charAt(0);
    const value = lookup(valuesOf(invocation), name) ?? builtIn(name, new Date());
    if (typeof value === "string" || typeof value === "number") return String(value);
    throw new Error(`No value for named parameter '${name}' in '${template}'.`);
  });
