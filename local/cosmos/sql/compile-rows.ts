/** From clauses to a loop over rows: sources, filter, groups, projection, DISTINCT. */

import { AGGREGATE_NAMES } from "./aggregate.ts";
import type { Expression, Query } from "./ast.ts";
import { compileExpression } from "./compile-expression.ts";
import { SqlError } from "./error.ts";
import { groupedRows } from "./grouping.ts";
import { canonicalText, isPresent } from "./json.ts";
import { fingerprint } from "./scope.ts";
import type { Grouping, Rows, Scope } from "./scope.ts";
import { compileSelection } from "./selection.ts";
import { compileSources } from "./source.ts";
import type { Bindings, CompiledSources } from "./source.ts";
import { selectedExpressions, someExpression } from "./walk.ts";

export interface CompiledRows {
  readonly rows: Rows;
  readonly sources: CompiledSources;
}

/** @throws {SqlError} for clauses that only the outermost query may have, and whatever is wrong inside. */
export const compileSubqueryRows = (query: Query, scope: Scope): Rows => {
  if (query.orderBy.length > 0) {
    throw new SqlError("'ORDER BY' is not supported in subqueries.", "SC2202", query);
  }
  if (query.top !== undefined) {
    throw new SqlError("'TOP' is not supported in subqueries.", "SC2203", query);
  }
  if (query.offset !== undefined) {
    throw new SqlError("'OFFSET LIMIT' clause is not supported in subqueries.", "SC2204", query);
  }
  const { rows } = compileRows(query, insideOf(scope));
  return query.distinct ? distinct(rows) : rows;
};

/** A subquery sees the names around it, but not those of single rows where groups are put out. */
const insideOf = ({ plan, slots, grouping }: Scope): Scope => ({
  plan,
  slots:
    grouping === undefined
      ? slots
      : new Map([...slots].filter(([name]) => !grouping.hidden.has(name))),
  grouping: undefined,
});

/** The rows of a query before DISTINCT, ORDER BY, TOP and OFFSET LIMIT. @throws {SqlError} */
export const compileRows = (query: Query, outer: Scope): CompiledRows => {
  const { plan } = outer;
  const [sizeBefore, readBefore] = [plan.size, plan.readsDocuments];
  const cost = { steps: 1 };
  const sources = compileSources(query.from, outer);
  const readsContainer = plan.readsDocuments && !readBefore;
  const bindings = filtered(query, sources, cost);
  const grouped = query.groupBy.length > 0 || hasAggregate(query);
  const rows = grouped
    ? compileGroups(query, sources, bindings)
    : compileSingle(query, sources, bindings);
  cost.steps += plan.size - sizeBefore;
  if (readsContainer && (grouped || query.distinct)) plan.needsAllDocuments = true;
  return { rows, sources };
};

const isAggregate = (node: Expression): boolean =>
  node.kind === "call" && AGGREGATE_NAMES.has(node.name);

const hasAggregate = (query: Query): boolean =>
  selectedExpressions(query.selection).some((value) => someExpression(value, isAggregate));

/** Only `true` passes. Each binding is charged for what will be evaluated on it. */
const filtered = (
  query: Query,
  { bindings, scope }: CompiledSources,
  cost: { readonly steps: number },
): Bindings => {
  const where = query.where === undefined ? undefined : compileExpression(query.where, scope);
  return (frame, emit) =>
    bindings(frame, () => {
      frame.meter.spend(cost.steps);
      return where === undefined || where(frame) === true ? emit() : false;
    });
};

/** A row that comes out undefined is none. */
const compileSingle = (query: Query, sources: CompiledSources, bindings: Bindings): Rows => {
  const project = compileSelection(query.selection, sources.scope, sources);
  return (frame, emit) =>
    bindings(frame, () => {
      const row = project(frame);
      return isPresent(row) ? emit(row) : false;
    });
};

const checkGroupKey = (key: Expression): void => {
  if (someExpression(key, (part) => part.kind === "subquery" || isAggregate(part))) {
    throw new SqlError("GROUP BY takes neither subqueries nor aggregates.", "SC2105", key);
  }
  if (!someExpression(key, (part) => part.kind === "name")) {
    throw new SqlError("A GROUP BY expression must refer to a property.", "SC2106", key);
  }
};

const compileGroups = (query: Query, sources: CompiledSources, bindings: Bindings): Rows => {
  const { scope } = sources;
  for (const key of query.groupBy) checkGroupKey(key);
  const keys = query.groupBy.map((key) => compileExpression(key, scope));
  const grouping: Grouping = {
    keys: new Map(query.groupBy.map((key, index) => [fingerprint(key), index])),
    hidden: new Set(sources.names),
    row: scope,
    calls: [],
  };
  const project = compileSelection(query.selection, { ...scope, grouping }, sources);
  return groupedRows({ bindings, keys, calls: grouping.calls, project });
};

const distinct =
  (rows: Rows): Rows =>
  (frame, emit) => {
    const seen = new Set<string>();
    return rows(frame, (row) => {
      const text = canonicalText(row, frame.meter);
      if (seen.has(text)) return false;
      frame.meter.keep(text.length);
      seen.add(text);
      return emit(row);
    });
  };
