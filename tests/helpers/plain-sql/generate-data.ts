/** Generated documents and constants. Few names and few values, so that queries find something. */

import * as fc from "fast-check";

import type { Json } from "./tree.ts";

export const NAMES = ["a", "b", "c", "tags", "o"];
export const KEYS = ["n", "m", "a b"];
export const PARAMETERS = ["@p", "@q", "@missing"];

/** Sums of these are exact whatever their order. */
const numbers = fc.constantFrom(-2, -0.5, 0, 0.5, 1, 2, 3, 10, 1e9);
const texts = fc.constantFrom(
  "",
  "a",
  "A",
  "ab",
  "b%",
  "a_b",
  "Zürich",
  "x y",
  "10",
  "\u{1F600}",
  "\uFFFD",
  "\"'\\",
);
const scalars: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: numbers },
  { weight: 3, arbitrary: texts },
  fc.boolean(),
  fc.constant(null),
);

const members = (values: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.dictionary(fc.constantFrom(...KEYS), values, { maxKeys: 3 });

export const values: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: scalars },
  fc.array(scalars, { maxLength: 3 }),
  members(scalars),
);

export const documents: fc.Arbitrary<Json[]> = fc.array(
  fc.record(
    {
      a: values,
      b: scalars,
      c: values,
      tags: fc.oneof(
        { weight: 4, arbitrary: fc.array(fc.oneof(scalars, members(scalars)), { maxLength: 4 }) },
        scalars,
      ),
      o: members(values),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 12 },
);

export const parameters: fc.Arbitrary<Record<string, Json>> = fc.record({
  "@p": values,
  "@q": scalars,
});
