/** SELECT: what a row looks like. */

import type { Expression, SelectItem, Selection } from "./ast.ts";
import { compileExpression } from "./compile-expression.ts";
import { SqlError } from "./error.ts";
import { isPresent, setProperty } from "./json.ts";
import type { Json } from "./json.ts";
import type { Evaluate, Scope } from "./scope.ts";
import type { CompiledSources } from "./source.ts";

/** @throws {SqlError} for `*` without exactly one source, and for two columns of one name. */
export const compileSelection = (
  selection: Selection,
  scope: Scope,
  sources: CompiledSources,
): Evaluate => {
  switch (selection.kind) {
    case "star":
      return star(scope, sources);
    case "value":
      return compileExpression(selection.value, scope);
    case "list":
      return list(selection.items, scope);
    default:
      return selection satisfies never;
  }
};

const star = (scope: Scope, { slots }: CompiledSources): Evaluate => {
  const [slot] = slots;
  if (slot === undefined) {
    throw new SqlError("'SELECT *' is not valid if FROM clause is omitted.", "SC2040");
  }
  if (slots.length > 1) {
    throw new SqlError("'SELECT *' is only valid with a single input set.", "SC2041");
  }
  if (scope.grouping !== undefined) {
    throw new SqlError("'SELECT *' is not valid with GROUP BY clause.", "SC2042");
  }
  scope.plan.readsContent = true;
  return (frame) => frame.slots[slot];
};

const list = (items: readonly SelectItem[], scope: Scope): Evaluate => {
  const names = new Set<string>();
  let unnamed = 0;
  const columns = items.map(({ value, alias }) => {
    let name = alias ?? impliedName(value);
    if (name === undefined) {
      unnamed += 1;
      name = `$${unnamed}`;
    }
    if (names.has(name)) {
      throw new SqlError(
        `The property name '${name}' is specified more than once in the SELECT clause. Use an alias to give it another name.`,
        "SC2028",
        value,
      );
    }
    names.add(name);
    return { name, value: compileExpression(value, scope) };
  });
  return (frame) => {
    const row: Record<string, Json> = {};
    for (const column of columns) {
      const value = column.value(frame);
      if (isPresent(value)) setProperty(row, column.name, value);
    }
    return row;
  };
};

/** The last name of a path; anything computed has none. */
const impliedName = (value: Expression): string | undefined => {
  if (value.kind === "name") return value.name;
  if (value.kind !== "member") return undefined;
  const last = value.keys.at(-1);
  return last?.kind === "literal" && typeof last.value === "string" ? last.value : undefined;
};
