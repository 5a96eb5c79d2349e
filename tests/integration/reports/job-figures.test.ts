import * as fc from "fast-check";

import { CosmosJobFigures } from "../../../src/adapters/cosmos/cosmos-job-figures.ts";
import { windowOf } from "../../../src/domain/reports/day.ts";
import { jobsByKind, percentilesOf } from "../../../src/domain/reports/jobs-by-kind.ts";
import { type LocalCosmos, newContainer, startLocalCosmos } from "../../helpers/cosmos.ts";

const DAY = "2024-02-29";
const RUNS = process.env["SOAK"] ? 100 : 5;

let cosmos: LocalCosmos;

beforeAll(async () => {
  cosmos = await startLocalCosmos();
}, 60_000);

afterAll(() => cosmos.stop());

const ms = fc.oneof(
  fc.nat(1200),
  fc.nat(2_000_000_000),
  fc.constantFrom(0, 999, 1000, 9999, 10_000),
);

const job = fc.record(
  {
    kind: fc.constantFrom("call-url", "send-email"),
    status: fc.constantFrom("Succeeded", "Failed", "Canceled"),
    attemptCount: fc.nat(3),
    endedAt: fc.constantFrom(
      "2024-02-28T23:59:59.999Z",
      "2024-02-29T00:00:00.000Z",
      "2024-02-29T23:59:59.999Z",
      "2024-03-01T00:00:00.000Z",
    ),
    workedMs: ms,
    waitedMs: ms,
  },
  { requiredKeys: ["kind", "status", "attemptCount"] },
);

/** What is not lost by three digits. */
const cut = (value: number): number =>
  value < 1000 ? value : Number(String(value).slice(0, 3).padEnd(String(value).length, "0"));

describe("the figures of jobs", () => {
  it("are those of a plain recount", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 40 }), async (jobs) => {
        const container = await newContainer(cosmos.database, { partitionKey: { paths: ["/id"] } });
        for (const [index, one] of jobs.entries())
          await container.items.create({ id: `job-${index}`, ...one });
        const figures = new CosmosJobFigures(() => Promise.resolve(container));
        const window = windowOf(DAY);

        const found = jobsByKind(await figures.groups(window), await figures.times(window));

        const ended = jobs.filter(({ endedAt }) => endedAt?.startsWith(DAY));
        const kinds = [...new Set(ended.map(({ kind }) => kind))].toSorted();
        expect(found).toEqual(
          kinds.map((kind) => {
            const all = ended.filter((one) => one.kind === kind);
            const count = (status: string) => all.filter((one) => one.status === status).length;
            const times = (field: "waitedMs" | "workedMs") =>
              percentilesOf(
                all.flatMap(({ [field]: value }) =>
                  value === undefined ? [] : [{ ms: cut(value), count: 1 }],
                ),
              );
            const [duration, waiting] = [times("workedMs"), times("waitedMs")];
            return {
              kind,
              done: count("Succeeded"),
              failed: count("Failed"),
              canceled: count("Canceled"),
              retried: all.filter(({ attemptCount }) => attemptCount > 1).length,
              ...(duration && { duration }),
              ...(waiting && { waiting }),
            };
          }),
        );
        await container.delete();
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
