/** Pages of a result that is known only once all documents were seen: aggregates, GROUP BY, DISTINCT. */

import { canonicalText, lengthOf } from "./json.ts";
import type { Json } from "./json.ts";
import { comparePositions } from "./order.ts";
import type { Position } from "./order.ts";
import { PageRows } from "./run.ts";
import type { Page, Run } from "./run.ts";

/** What a value's place takes, in characters. */
const OVERHEAD = 50;

interface PlacedValue extends Position {
  readonly value: Json;
}

export const runWhole = (run: Run): Page => {
  const { options, window } = run;
  const skip = options.after?.kind === "offset" ? options.after.skip : 0;
  const from = window.from + skip;
  const values = resultOf(run, Math.min(window.to, from + options.maxRows + 1));
  const page = new PageRows(options);
  const candidates = values.slice(from, window.to);
  const more = candidates.findIndex((value) => !page.add(run.textOf(value)));
  return {
    rows: page.rows,
    ...(more >= 0 && { continuation: { kind: "offset", skip: skip + more } }),
    scanned: run.scanned,
  };
};

/** At least the first `count` rows, or all there are. */
const resultOf = (run: Run, count: number): readonly Json[] => {
  const { orderBy, distinct } = run.compiled;
  const isNew = distinct ? unseen(run) : () => true;
  if (orderBy.length > 0) {
    return sorted(run)
      .map(({ value }) => value)
      .filter(isNew);
  }
  const values: Json[] = [];
  if (count <= 0) return values;
  run.each((value) => {
    if (isNew(value)) {
      run.meter.keep(OVERHEAD);
      values.push(value);
    }
    return values.length >= count;
  });
  return values;
};

const sorted = (run: Run): readonly PlacedValue[] => {
  const placed: PlacedValue[] = [];
  run.each((value) => {
    run.meter.keep(lengthOf(value, run.meter) + OVERHEAD);
    placed.push({ value, keys: run.keys, seq: run.seq, row: run.row });
    return false;
  });
  return placed.toSorted(comparePositions(run.compiled.orderBy));
};

const unseen = ({ meter }: Run): ((value: Json) => boolean) => {
  const seen = new Set<string>();
  return (value) => {
    const text = canonicalText(value, meter);
    if (seen.has(text)) return false;
    meter.keep(text.length);
    seen.add(text);
    return true;
  };
};
