/** GROUP BY, and aggregates over everything. */

import { accumulator } from "./aggregate.ts";
import type { Accumulator } from "./aggregate.ts";
import { canonicalText, isPresent } from "./json.ts";
import type { Value } from "./json.ts";
import type { AggregateCall, Evaluate, Frame, Rows } from "./scope.ts";
import type { Bindings } from "./source.ts";

/** What a group takes beside its name, in characters. */
const OVERHEAD = 200;

interface Group {
  readonly keys: readonly Value[];
  readonly accumulators: readonly Accumulator[];
}

export interface GroupedQuery {
  readonly bindings: Bindings;
  /** None: one group, which is there even when nothing is in it. */
  readonly keys: readonly Evaluate[];
  readonly calls: readonly AggregateCall[];
  /** Evaluated once a group, with `groupKeys` and `aggregates` set. */
  readonly project: Evaluate;
}

/** One row per group, in the order in which groups were first seen. */
export const groupedRows =
  (query: GroupedQuery): Rows =>
  (frame, emit) => {
    for (const group of collect(query, frame)) {
      frame.groupKeys = group.keys;
      frame.aggregates = group.accumulators.map((each) => each.result());
      const row = query.project(frame);
      if (isPresent(row) && emit(row)) return true;
    }
    return false;
  };

const collect = ({ bindings, keys, calls }: GroupedQuery, frame: Frame): Iterable<Group> => {
  const groups = new Map<string, Group>();
  const groupFor = (values: readonly Value[]): Group => {
    const name = values.map((value) => canonicalText(value, frame.meter)).join(",");
    const known = groups.get(name);
    if (known !== undefined) return known;
    const group = { keys: values, accumulators: calls.map((call) => accumulator(call.name)) };
    frame.meter.keep(name.length + OVERHEAD);
    groups.set(name, group);
    return group;
  };
  if (keys.length === 0) groupFor([]);
  bindings(frame, () => {
    const group = groupFor(keys.map((key) => key(frame)));
    for (const [index, call] of calls.entries()) group.accumulators[index]?.add(call.of(frame));
    return false;
  });
  return groups.values();
};
