/** Pages of an ordered query over documents that come in any order: one pass, keeping what the page needs. */

import { BestRows } from "./best-rows.ts";
import type { Continuation } from "./continuation.ts";
import { toSortValue } from "./continuation.ts";
import { comparePositions } from "./order.ts";
import type { Position } from "./order.ts";
import { PageRows } from "./run.ts";
import type { Page, Run } from "./run.ts";

const startOf = (after: Continuation | undefined): (Position & { taken: number }) | undefined => {
  if (after?.kind !== "ordered") return undefined;
  const { seq, row, taken } = after;
  return { keys: after.keys.map(([value]) => value), seq, row, taken };
};

export const runSorted = (run: Run): Page => {
  const { options, window, compiled } = run;
  const compare = comparePositions(compiled.orderBy);
  const start = startOf(options.after);
  const taken = start?.taken ?? 0;
  const skip = Math.max(0, window.from - taken);
  const left = window.to - taken - skip;
  if (left <= 0) return { rows: [], scanned: 0 };
  const best = new BestRows(compare, {
    rows: skip + Math.min(options.maxRows + 1, left),
    characters: skip > 0 ? Infinity : options.maxBytes,
  });

  run.each((value) => {
    const position = { keys: run.keys, seq: run.seq, row: run.row };
    if (start !== undefined && compare(position, start) < 0) return false;
    if (best.accepts(position)) best.add({ ...position, text: run.textOf(value) });
    return false;
  });

  const page = new PageRows(options);
  const candidates = best.sorted().slice(skip);
  const more = candidates.findIndex(({ text }) => !page.add(text));
  const given = more < 0 ? candidates.length : more;
  const last = candidates[given - 1];
  const ended = more < 0 && (!best.overflowed || given >= left);
  if (ended || last === undefined) return { rows: page.rows, scanned: run.scanned };
  return {
    rows: page.rows,
    continuation: {
      kind: "ordered",
      keys: last.keys.map(toSortValue),
      seq: last.seq,
      row: last.row + 1,
      taken: taken + skip + given,
    },
    scanned: run.scanned,
  };
};
