/** Runs queries over plain documents, a page at a time or whole. */

import type { Continuation } from "../../local/cosmos/sql/continuation.ts";
import type { Json } from "../../local/cosmos/sql/json.ts";
import { compileQuery } from "../../local/cosmos/sql/query.ts";
import type { Page, RunOptions } from "../../local/cosmos/sql/run.ts";

export interface QueryOptions extends Partial<Omit<RunOptions, "parameters">> {
  readonly parameters?: Readonly<Record<string, Json>>;
}

/** Documents get ascending `seq` from 1 on. */
export const runPage = (
  text: string,
  documents: readonly Json[],
  options: QueryOptions = {},
): Page =>
  compileQuery(text).run(
    documents.map((document, index) => ({ seq: index + 1, text: JSON.stringify(document) })),
    {
      maxRows: 1000,
      maxBytes: 4_194_304,
      ordered: false,
      includeUndefined: false,
      nowMs: Date.UTC(2024, 1, 29, 12, 30, 15, 250),
      timeUp: () => false,
      ...options,
      parameters: new Map(Object.entries(options.parameters ?? {})),
    },
  );

/** The rows of all pages. */
export const runAll = (
  text: string,
  documents: readonly Json[],
  options: QueryOptions = {},
): readonly unknown[] => {
  const rows: unknown[] = [];
  let after: Continuation | undefined;
  do {
    const page = runPage(text, documents, { ...options, ...(after && { after }) });
    rows.push(...page.rows.map((row): unknown => JSON.parse(row)));
    after = page.continuation;
  } while (after !== undefined);
  return rows;
};

/** The value of an expression without documents; undefined when it has none. */
export const evaluate = (
  expression: string,
  parameters: Readonly<Record<string, Json>> = {},
): unknown => runAll(`SELECT VALUE ${expression}`, [], { parameters })[0];
