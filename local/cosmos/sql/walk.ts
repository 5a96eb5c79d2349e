/** Looks through an expression without entering its subqueries. */

import type { Expression, Selection } from "./ast.ts";

// oxlint-disable-next-line eslint/complexity -- one case for each kind of node
const partsOf = (node: Expression): readonly Expression[] => {
  switch (node.kind) {
    case "literal":
    case "parameter":
    case "name":
    case "subquery":
      return [];
    case "member":
      return [node.of, ...node.keys];
    case "unary":
      return [node.of];
    case "binary":
      return [node.first, ...node.rest.map(({ right }) => right)];
    case "logic":
    case "call":
      return node.operands;
    case "conditional":
      return [node.test, node.yes, node.no];
    case "in":
      return [node.needle, ...node.members];
    case "between":
      return [node.of, node.low, node.high];
    case "like":
      return [node.of, node.pattern];
    case "array":
      return node.items;
    case "object":
      return node.members.map(({ value }) => value);
    default:
      return node satisfies never;
  }
};

/** Whether `holds` for the expression or a part of it. */
export const someExpression = (node: Expression, holds: (part: Expression) => boolean): boolean =>
  holds(node) || partsOf(node).some((part) => someExpression(part, holds));

export const selectedExpressions = (selection: Selection): readonly Expression[] => {
  switch (selection.kind) {
    case "star":
      return [];
    case "value":
      return [selection.value];
    case "list":
      return selection.items.map(({ value }) => value);
    default:
      return selection satisfies never;
  }
};
