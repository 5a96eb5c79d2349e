import type { JobFigures, Percentiles } from "./figures.ts";
import type { JobGroup, JobTimes } from "./figures-source.ts";

/** By nearest rank. @returns undefined when there is nothing to rank. */
export const percentilesOf = (
  bars: readonly Pick<JobTimes, "count" | "ms">[],
): Percentiles | undefined => {
  const sorted = bars.toSorted((one, other) => one.ms - other.ms);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  const at = (share: number): number => {
    let seen = 0;
    for (const { ms, count } of sorted) {
      seen += count;
      if (seen >= share * total) return ms;
    }
    return sorted.at(-1)?.ms ?? 0;
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
};

export const jobsByKind = (
  groups: readonly JobGroup[],
  times: readonly JobTimes[],
): readonly JobFigures[] => {
  const kinds = [...new Set(groups.map(({ kind }) => kind))].toSorted();
  return kinds.map((kind): JobFigures => {
    const ofKind = groups.filter((group) => group.kind === kind);
    const count = (outcome: JobGroup["outcome"]): number =>
      ofKind
        .filter((group) => group.outcome === outcome)
        .reduce((sum, group) => sum + group.count, 0);
    const percentiles = (of: JobTimes["of"]): Percentiles | undefined =>
      percentilesOf(times.filter((bar) => bar.kind === kind && bar.of === of));
    const [duration, waiting] = [percentiles("duration"), percentiles("waiting")];
    return {
      kind,
      done: count("done"),
      failed: count("failed"),
      canceled: count("canceled"),
      retried: ofKind.reduce((sum, { retried }) => sum + retried, 0),
      ...(duration && { duration }),
      ...(waiting && { waiting }),
    };
  });
};
