/** What certainly holds for each document that can contribute to a result: what a store may filter by. */

import type { Path } from "./order.ts";

export type Scalar = null | boolean | number | string;

export interface Bound {
  readonly value: string | number;
  readonly inclusive: boolean;
}

/** The store may let more documents through than this says, never fewer. */
export type Predicate =
  | { readonly kind: "in"; readonly path: Path; readonly values: readonly Scalar[] }
  | { readonly kind: "range"; readonly path: Path; readonly from?: Bound; readonly to?: Bound }
  | { readonly kind: "prefix"; readonly path: Path; readonly prefix: string }
  | { readonly kind: "substring"; readonly path: Path; readonly text: string }
  | { readonly kind: "defined"; readonly path: Path }
  | { readonly kind: "and"; readonly of: readonly Predicate[] }
  | { readonly kind: "or"; readonly of: readonly Predicate[] };

export interface Pushdown {
  /** Absent: nothing is certain. */
  readonly where?: Predicate;
  /** False: no document's content is ever looked at, and its text may be "". */
  readonly needsText: boolean;
}
