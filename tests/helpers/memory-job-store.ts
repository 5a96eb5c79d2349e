import type { Job } from "../../src/domain/jobs/job.ts";
import type { JobStore } from "../../src/domain/jobs/job-store.ts";
import { claimed, isReady } from "../../src/domain/jobs/transitions.ts";
import type { Versioned } from "../../src/domain/version.ts";

/** A JobStore in memory, which passes the adapter's contract. */
export const memoryJobStore = (): JobStore & { readonly all: () => readonly Job[] } => {
  const kept = new Map<string, Versioned<Job>>();
  let writes = 0;
  /** As JSON, as a database keeps it: what is undefined is not there. */
  const write = (job: Job): Versioned<Job> => {
    writes += 1;
    const stored = { value: structuredClone(job), version: String(writes) };
    kept.set(job.id, stored);
    return stored;
  };
  const values = () => [...kept.values()].map(({ value }) => value);
  const newestFirst = (one: Job, other: Job): number => {
    const [a, b] = [one.createdAt + one.id, other.createdAt + other.id];
    return a < b ? 1 : -1;
  };

  return {
    all: values,
    insert: (job) => Promise.resolve(kept.has(job.id) ? undefined : write(job)),
    get: (id) => Promise.resolve(kept.get(id)),
    claim: (id, claim) => {
      const found = kept.get(id)?.value;
      return Promise.resolve(
        found && isReady(found, claim.now) ? write(claimed(found, claim)) : undefined,
      );
    },
    replace: (job, version) =>
      Promise.resolve(kept.get(job.id)?.version === version ? write(job) : undefined),
    list: ({ filter, after, limit }) => {
      const rows = values()
        .filter(
          ({ kind, status }) =>
            (filter.kind ?? kind) === kind && (filter.status ?? status) === status,
        )
        .toSorted(newestFirst)
        .filter(
          (job) => after === undefined || job.createdAt + job.id < after.createdAt + after.id,
        );
      const jobs = rows.slice(0, limit);
      const last = jobs.at(-1);
      return Promise.resolve(
        rows.length > limit && last
          ? { jobs, next: { createdAt: last.createdAt, id: last.id } }
          : { jobs },
      );
    },
    due: (now, limit) =>
      Promise.resolve(
        [...kept.values()]
          .filter(({ value }) => value.wakeAt !== undefined && value.wakeAt < now.toISOString())
          .toSorted((one, other) =>
            (one.value.wakeAt ?? "") < (other.value.wakeAt ?? "") ? -1 : 1,
          )
          .slice(0, limit),
      ),
  };
};
