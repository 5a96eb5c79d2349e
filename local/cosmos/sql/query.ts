/** The way in: a text becomes a query that can be run over any documents, any number of times. */

import type { Query } from "./ast.ts";
import { compileRows, compileSubqueryRows } from "./compile-rows.ts";
import { SqlError } from "./error.ts";
import type { Json } from "./json.ts";
import { checkLimits, windowOf } from "./limits.ts";
import { memberAt } from "./member.ts";
import { sortKeysOf } from "./order.ts";
import type { SortKey } from "./order.ts";
import { parse, parseCondition } from "./parse-query.ts";
import { certainOf } from "./pushdown.ts";
import type { Pushdown } from "./pushdown.ts";
import { runSorted } from "./run-sorted.ts";
import { runStreaming } from "./run-streaming.ts";
import { runWhole } from "./run-whole.ts";
import { Run } from "./run.ts";
import type { Compiled, Page, RunOptions, SourceRow } from "./run.ts";
import { emptyScope, Plan } from "./scope.ts";
import { toSortValue } from "./continuation.ts";
import type { SortValue } from "./continuation.ts";

export interface CompiledQuery {
  /** What a store may filter by for these parameters. */
  pushdown(parameters: ReadonlyMap<string, Json>): Pushdown;
  /** Empty when the query has no order. */
  readonly orderBy: readonly SortKey[];
  /** False for a query without FROM: it has one row, whatever is stored. */
  readonly readsDocuments: boolean;
  /** Whether rows come out while documents go in, in the order they come: a page can end early and go on later. */
  readonly streams: boolean;
  /** @throws {SqlError} for what is wrong for the data, {QueryTimeoutError} when out of time and not streaming. */
  run(rows: Iterable<SourceRow>, options: RunOptions): Page;
  /** Of one document, for a continuation whose keys were too long to travel. */
  sortValues(document: Json): readonly SortValue[];
}

/**
 * Parses and checks.
 *
 * @throws {SqlError} with a place in the text where there is one.
 */
export const compileQuery = (text: string): CompiledQuery => {
  const { query, compiled } = compileText(text);
  const { plan, orderBy } = compiled;
  const needsText = plan.readsContent || compiled.passesDocument || orderBy.length > 0;
  const wholeOnly = plan.needsAllDocuments || compiled.distinct;
  return {
    pushdown(parameters) {
      const where = certainOf(query, parameters);
      return { ...(where && { where }), needsText };
    },
    orderBy,
    readsDocuments: plan.readsDocuments,
    streams: !wholeOnly,
    run: withinStack((rows: Iterable<SourceRow>, options: RunOptions) => {
      const run = new Run(compiled, rows, { options, window: windowOf(query, options.parameters) });
      if (wholeOnly) return runWhole(run);
      return orderBy.length === 0 || options.ordered ? runStreaming(run) : runSorted(run);
    }),
    sortValues: (document) => orderBy.map(({ path }) => toSortValue(memberAt(document, path))),
  };
};

/** Nesting is bounded, but deep documents and deep texts may still meet. */
const withinStack =
  <A extends readonly unknown[], R>(work: (...operands: A) => R): ((...operands: A) => R) =>
  (...operands) => {
    try {
      return work(...operands);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new SqlError("The query is too complex: it is nested too deeply for its data.");
    }
  };

const compileText = withinStack((text: string) => {
  const query = parse(text);
  return { query, compiled: compileOutermost(query) };
});

const compileOutermost = (query: Query): Compiled => {
  checkLimits(query);
  if (query.groupBy.length > 0 && query.orderBy.length > 0) {
    throw new SqlError("'ORDER BY' is not supported together with 'GROUP BY'.", "SC2210", query);
  }
  const plan = new Plan(compileSubqueryRows);
  const passesDocument = selectsDocument(query);
  // A row that is its document is handed on as stored: that there is a row is all that needs to be known.
  const selection = passesDocument
    ? ({ kind: "value", value: { kind: "literal", value: null, start: 0, end: 0 } } as const)
    : query.selection;
  const { rows } = compileRows({ ...query, selection }, emptyScope(plan));
  const orderBy = sortKeysOf(query.orderBy, query.from);
  return { plan, rows, distinct: query.distinct, orderBy, passesDocument };
};

/** `SELECT *` and `SELECT VALUE c` without DISTINCT, where the first source is the document itself. */
const selectsDocument = ({ selection, from, distinct, groupBy }: Query): boolean => {
  const [root] = from;
  if (root === undefined || root.iterates || root.collection.kind === "query") return false;
  if (root.collection.keys.length > 0 || distinct || groupBy.length > 0) return false;
  if (selection.kind === "star") return from.length === 1;
  return (
    selection.kind === "value" &&
    selection.value.kind === "name" &&
    selection.value.name === root.alias
  );
};

/**
 * The condition of a patch or a delete: the tail of a query, as "from c where c.n = 3".
 *
 * @throws {SqlError}
 */
export const compileCondition = (text: string): { matches(document: Json): boolean } => {
  const compiled = compileOutermost(parseCondition(text));
  return {
    matches(document) {
      const options: RunOptions = {
        parameters: new Map(),
        maxRows: 1,
        maxBytes: Infinity,
        ordered: false,
        includeUndefined: true,
        nowMs: Date.now(),
        timeUp: () => false,
      };
      const rows = [{ seq: 1, text: JSON.stringify(document) }];
      const run = new Run(compiled, rows, { options, window: { from: 0, to: 1 } });
      return run.each(() => true);
    },
  };
};
