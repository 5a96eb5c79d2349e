/** Pages of rows that come in their final order: as documents are stored, or as an index hands them out. */

import type { Continuation } from "./continuation.ts";
import { toSortValue } from "./continuation.ts";
import type { Json } from "./json.ts";
import { comparePositions } from "./order.ts";
import type { Position } from "./order.ts";
import { PageRows } from "./run.ts";
import type { Page, Run } from "./run.ts";

/** How often a long row of rows asks for the time. */
const ROWS_PER_CLOCK_READING = 256;

/** Where a place lies from where this page starts: negative before it, 0 at it. */
const fromStart = (run: Run): ((position: Position) => number) => {
  const { after } = run.options;
  if (after?.kind === "ordered") {
    const compare = comparePositions(run.compiled.orderBy);
    const { seq, row } = after;
    const start: Position = { keys: after.keys.map(([value]) => value), seq, row };
    return (position) => compare(position, start);
  }
  if (after?.kind !== "scan") return () => 1;
  return ({ seq, row }) => (seq === after.seq ? row - after.row : seq - after.seq);
};

export const runStreaming = (run: Run): Page => {
  const { options, window } = run;
  const { orderBy } = run.compiled;
  const page = new PageRows(options);
  const distance = fromStart(run);
  const { after } = options;
  const takenBefore = after === undefined || after.kind === "offset" ? 0 : after.taken;
  let taken = takenBefore;
  let next: Continuation | undefined;
  let rowsSeen = 0;

  const endAt = ({ keys, seq, row }: Position): true => {
    next =
      orderBy.length > 0
        ? { kind: "ordered", keys: keys.map(toSortValue), seq, row, taken }
        : { kind: "scan", seq, row, taken };
    return true;
  };
  /** Within a document only once something was taken from it: else the next page would come no further. */
  const isTimeUp = (): boolean => {
    rowsSeen += 1;
    if (taken === takenBefore) return false;
    return run.meter.isTired || (rowsSeen % ROWS_PER_CLOCK_READING === 0 && options.timeUp());
  };
  const take = (value: Json): boolean => {
    if (distance(run) < 0) return false;
    if (isTimeUp()) return endAt(run);
    if (taken >= window.from && !page.add(run.textOf(value))) return endAt(run);
    taken += 1;
    return taken >= window.to;
  };
  run.endsBefore = (following) => {
    // What is written between two pages still comes when its place is behind the last row given.
    if (page.isFull) return endAt(run);
    // The next page must come further than this one did.
    if (distance(following) <= 0) return false;
    return run.meter.isTired || options.timeUp() ? endAt(following) : false;
  };

  if (taken < window.to) run.each(take);
  return { rows: page.rows, ...(next && { continuation: next }), scanned: run.scanned };
};
