import type { Container } from "@azure/cosmos";
import * as z from "zod";

import type { Window } from "../../domain/reports/day.ts";
import type {
  JobCounts,
  JobGroup,
  JobOutcome,
  JobTimes,
} from "../../domain/reports/figures-source.ts";
import { aggregate } from "./aggregate.ts";

const ENDED = "c.endedAt >= @from AND c.endedAt < @until";

const GROUPS = `
  SELECT c.kind AS kind, c.status AS status, COUNT(1) AS jobs, SUM(IIF(c.attemptCount > 1, 1, 0)) AS retried
  FROM c WHERE ${ENDED} GROUP BY c.kind, c.status`;

const OUTCOMES = {
  Succeeded: "done",
  Failed: "failed",
  Canceled: "canceled",
} as const satisfies Record<string, JobOutcome>;

const groupSchema = z.object({
  kind: z.string(),
  status: z.enum(["Succeeded", "Failed", "Canceled"]),
  jobs: z.int(),
  retried: z.int(),
});

/** A day has some 10^8 milliseconds, and a job may wait for some days. */
const DECADES = [3, 4, 5, 6, 7, 8, 9] as const;

/**
 * Cuts a whole number to its first three digits, so that however many jobs there are, the bars of their
 * histogram are at most 900 a decade.
 */
const barOf = (path: string): string =>
  DECADES.reduce<string>(
    (otherwise, decade) =>
      `IIF(${path} >= ${10 ** decade}, FLOOR(${path} / ${10 ** (decade - 2)}) * ${10 ** (decade - 2)}, ${otherwise})`,
    path,
  );

const times = (field: string): string => `
  SELECT c.kind AS kind, bar AS ms, COUNT(1) AS jobs
  FROM c JOIN (SELECT VALUE ${barOf(`c.${field}`)}) AS bar
  WHERE ${ENDED} AND IS_NUMBER(c.${field}) GROUP BY c.kind, bar`;

const timesSchema = z.object({ kind: z.string(), ms: z.int(), jobs: z.int() });

const TIMES = [
  ["duration", times("workedMs")],
  ["waiting", times("waitedMs")],
] as const;

const parametersOf = ({ from, until }: Window) => [
  { name: "@from", value: from.toISOString() },
  { name: "@until", value: until.toISOString() },
];

/** The figures of jobs by aggregates that run in Cosmos DB. */
export class CosmosJobFigures implements JobCounts {
  readonly #open: () => Promise<Container>;

  constructor(open: () => Promise<Container>) {
    this.#open = open;
  }

  async groups(window: Window): Promise<readonly JobGroup[]> {
    const rows = await aggregate(this.#open, { query: GROUPS, parameters: parametersOf(window) });
    return rows.map((row) => {
      const { kind, status, jobs: count, retried } = groupSchema.parse(row);
      return { kind, outcome: OUTCOMES[status], count, retried };
    });
  }

  async times(window: Window): Promise<readonly JobTimes[]> {
    const found: JobTimes[] = [];
    for (const [of, query] of TIMES) {
      const rows = await aggregate(this.#open, { query, parameters: parametersOf(window) });
      for (const row of rows) {
        const { kind, ms, jobs: count } = timesSchema.parse(row);
        found.push({ kind, of, ms, count });
      }
    }
    return found;
  }
}
