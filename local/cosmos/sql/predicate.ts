/** A filter as plain data, over paths from the document's root. */

import type { Json, Value } from "./json.ts";
import type { Path } from "./order.ts";

export type Scalar = null | boolean | number | string;

export interface Bound {
  readonly value: string | number;
  readonly inclusive: boolean;
}

/** Holds for every document that can contribute to a result. It may hold for others. */
export type Predicate =
  | { readonly kind: "in"; readonly path: Path; readonly values: readonly Scalar[] }
  | { readonly kind: "range"; readonly path: Path; readonly from?: Bound; readonly to?: Bound }
  | { readonly kind: "prefix"; readonly path: Path; readonly prefix: string }
  | { readonly kind: "substring"; readonly path: Path; readonly text: string }
  | { readonly kind: "defined"; readonly path: Path }
  | { readonly kind: "and"; readonly of: readonly Predicate[] }
  | { readonly kind: "or"; readonly of: readonly Predicate[] };

const isScalar = (value: Json): value is Scalar => value === null || typeof value !== "object";

/** The value at the path is one of these. Undefined equals nothing; an array or an object only says that there is a value. */
export const isOneOf = (path: Path, values: readonly Value[]): Predicate => {
  const defined = values.filter((value) => value !== undefined);
  const scalars = defined.filter(isScalar);
  return scalars.length < defined.length
    ? { kind: "defined", path }
    : { kind: "in", path, values: scalars };
};

export const allOf = (parts: readonly (Predicate | undefined)[]): Predicate | undefined => {
  const of = parts.filter((part) => part !== undefined);
  return of.length > 1 ? { kind: "and", of } : of[0];
};

const pathName = (path: Path): string => JSON.stringify(path);

/** Nothing is certain when nothing is for one of the parts. Values of one path come together. */
export const anyOf = (parts: readonly (Predicate | undefined)[]): Predicate | undefined => {
  const of: Predicate[] = [];
  const values = new Map<string, Extract<Predicate, { readonly kind: "in" }>>();
  for (const part of parts) {
    if (part === undefined) return undefined;
    if (part.kind === "in") {
      const name = pathName(part.path);
      const known = values.get(name)?.values ?? [];
      values.set(name, { ...part, values: [...known, ...part.values] });
    } else {
      of.push(part);
    }
  }
  const merged = [...values.values(), ...of];
  return merged.length > 1 ? { kind: "or", of: merged } : merged[0];
};
