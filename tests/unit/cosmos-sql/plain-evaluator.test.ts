import * as fc from "fast-check";

import type { Continuation } from "../../../local/cosmos/sql/continuation.ts";
import { parseJson } from "../../../local/cosmos/sql/json.ts";
import { comparePositions } from "../../../local/cosmos/sql/order.ts";
import { compileQuery } from "../../../local/cosmos/sql/query.ts";
import type { CompiledQuery } from "../../../local/cosmos/sql/query.ts";
import type { RunOptions, SourceRow } from "../../../local/cosmos/sql/run.ts";
import { admits } from "../../helpers/plain-sql/admits.ts";
import { rowsOf } from "../../helpers/plain-sql/evaluate.ts";
import type { Data } from "../../helpers/plain-sql/evaluate.ts";
import { documents, parameters } from "../../helpers/plain-sql/generate-data.ts";
import { queries } from "../../helpers/plain-sql/generate-query.ts";
import { printQuery } from "../../helpers/plain-sql/print.ts";

const RUNS = process.env["SOAK"] ? 10_000 : 500;
const TIMEOUT_MS = 300_000;

const sourcesOf = (data: Data): readonly SourceRow[] =>
  data.documents.map((document, index) => ({ seq: index + 1, text: JSON.stringify(document) }));

const optionsOf = (data: Data, maxRows: number): RunOptions => ({
  parameters: new Map(Object.entries(data.parameters)),
  maxRows,
  maxBytes: 4_194_304,
  ordered: false,
  includeUndefined: data.includeUndefined,
  nowMs: 0,
  timeUp: () => false,
});

/** All pages, one behind the other. */
const paged = (
  query: CompiledQuery,
  sources: readonly SourceRow[],
  options: RunOptions,
): unknown[] => {
  const rows: unknown[] = [];
  let after: Continuation | undefined;
  do {
    const page = query.run(sources, { ...options, ...(after && { after }) });
    rows.push(...page.rows.map((row): unknown => JSON.parse(row)));
    after = page.continuation;
  } while (after !== undefined);
  return rows;
};

/** As an index on the keys of the order would hand them out. */
const inOrder = (query: CompiledQuery, sources: readonly SourceRow[]): readonly SourceRow[] => {
  const compare = comparePositions(query.orderBy);
  const placeOf = ({ seq, text }: SourceRow) => {
    const document = parseJson(text);
    return { keys: query.sortValues(document).map(([value]) => value), seq, row: 0 };
  };
  return sources.toSorted((left, right) => compare(placeOf(left), placeOf(right)));
};

/** Rows travel as JSON, which knows no -0. */
const asSent = (rows: unknown): unknown => JSON.parse(JSON.stringify(rows));

const cases = fc.record({
  query: queries,
  data: fc.record({ documents, parameters, includeUndefined: fc.boolean() }),
  maxRows: fc.constantFrom(1, 2, 3, 1000),
});

describe("generated queries over generated documents", () => {
  it(
    "give what a plain evaluation in memory gives, in pages of any size",
    () => {
      fc.assert(
        fc.property(cases, ({ query, data, maxRows }) => {
          const compiled = compileQuery(printQuery(query));

          const rows = paged(compiled, sourcesOf(data), optionsOf(data, maxRows));

          expect(rows).toEqual(asSent(rowsOf(query, data)));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it(
    "give the same when the store leaves out what cannot matter, and hands the rest out in order",
    () => {
      fc.assert(
        fc.property(cases, ({ query, data, maxRows }) => {
          const compiled = compileQuery(printQuery(query));
          const options = optionsOf(data, maxRows);
          const { where } = compiled.pushdown(options.parameters);
          const kept = sourcesOf(data).filter(
            ({ text }) => !where || admits(where, JSON.parse(text)),
          );
          const isOrdered = compiled.streams && compiled.orderBy.length > 0;

          const rows = paged(compiled, isOrdered ? inOrder(compiled, kept) : kept, {
            ...options,
            ordered: isOrdered,
          });

          expect(rows).toEqual(asSent(rowsOf(query, data)));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});
