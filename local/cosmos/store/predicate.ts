/** What is certain about the documents that a query can use. Data, made by whoever understands the query. */
import type { OrderKey, Path } from "./order-key.ts";

export type Scalar = null | boolean | number | string;

export interface Bound {
  readonly value: string | number;
  readonly inclusive: boolean;
}

/** Holds for every document of the result; may hold for others too. */
export type Predicate =
  | { readonly kind: "in"; readonly path: Path; readonly values: readonly Scalar[] }
  | {
      readonly kind: "range";
      readonly path: Path;
      readonly from?: Bound | undefined;
      readonly to?: Bound | undefined;
    }
  | { readonly kind: "prefix"; readonly path: Path; readonly prefix: string }
  | { readonly kind: "substring"; readonly path: Path; readonly text: string }
  | { readonly kind: "defined"; readonly path: Path }
  | { readonly kind: "and"; readonly of: readonly Predicate[] }
  | { readonly kind: "or"; readonly of: readonly Predicate[] };

/** What a query asks of the store. */
export interface Wanted {
  readonly where: Predicate | undefined;
  readonly orderBy: readonly OrderKey[];
  /** False: only the number of documents matters. */
  readonly needsText: boolean;
}
