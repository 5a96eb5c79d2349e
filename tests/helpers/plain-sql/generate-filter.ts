/** Generated filters of the forms that a store could filter by. */

import * as fc from "fast-check";

import { PARAMETERS, values } from "./generate-data.ts";
import { constants, pathFrom, patterns } from "./generate-tree.ts";
import type { Scope } from "./generate-tree.ts";
import type { Tree } from "./tree.ts";

export const ROOT: Scope = { root: "c", items: [] };

const rootPath = pathFrom(ROOT);
const constantOrParameter = fc.oneof(
  constants,
  fc.constantFrom(...PARAMETERS).map((name): Tree => ({ is: "parameter", name })),
);

/** One property against constants, the way filters are written, in every form that a store could filter by. */
const simpleFilter: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({
    is: fc.constant("binary" as const),
    operator: fc.constantFrom("=", "=", "!=", "<", "<=", ">", ">="),
    left: rootPath,
    right: constantOrParameter,
  }),
  fc.record({
    is: fc.constant("binary" as const),
    operator: fc.constantFrom("=", "<", ">="),
    left: constantOrParameter,
    right: rootPath,
  }),
  fc.record({
    is: fc.constant("in" as const),
    negated: fc.boolean(),
    of: rootPath,
    among: fc.array(constantOrParameter, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    is: fc.constant("between" as const),
    negated: fc.constant(false),
    of: rootPath,
    low: constantOrParameter,
    high: constantOrParameter,
  }),
  fc.record({
    is: fc.constant("like" as const),
    negated: fc.boolean(),
    of: rootPath,
    pattern: patterns,
    escape: fc.constant("!"),
  }),
  fc
    .tuple(
      fc.constantFrom("CONTAINS", "STARTSWITH", "ENDSWITH", "STRINGEQUALS"),
      rootPath,
      constantOrParameter,
      fc.option(fc.constantFrom(true, false), { nil: undefined }),
    )
    .map(([name, path, constant, third]): Tree => ({
      is: "call",
      name,
      operands: [
        path,
        constant,
        ...(third === undefined ? [] : [{ is: "constant" as const, value: third }]),
      ],
    })),
  fc
    .tuple(fc.constantFrom("IS_DEFINED", "IS_NULL", "IS_BOOL", "IS_STRING"), rootPath)
    .map(([name, path]): Tree => ({ is: "call", name, operands: [path] })),
  fc.tuple(fc.array(values, { maxLength: 4 }), rootPath).map(([value, path]): Tree => ({
    is: "call",
    name: "ARRAY_CONTAINS",
    operands: [{ is: "constant", value }, path],
  })),
  rootPath,
  rootPath.map((of): Tree => ({ is: "unary", operator: "NOT", of })),
);

export const filterOf = (depth: number): fc.Arbitrary<Tree> =>
  depth === 0
    ? simpleFilter
    : fc.oneof(
        simpleFilter,
        fc.record({
          is: fc.constant("binary" as const),
          operator: fc.constantFrom("AND", "OR"),
          left: filterOf(depth - 1),
          right: filterOf(depth - 1),
        }),
      );
