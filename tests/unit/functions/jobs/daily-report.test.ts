import { dailyReportKind } from "../../../../src/functions/jobs/kinds/daily-report.ts";

const made: string[] = [];
const kind = dailyReportKind((day, signal) => {
  signal?.throwIfAborted();
  made.push(day);
  return Promise.resolve();
});

it("makes the report of a day", async () => {
  const input = kind.input.parse({ date: "2024-02-29" });

  const result = await kind.run(input, { signal: new AbortController().signal });

  expect(result).toEqual({ date: "2024-02-29" });
  expect(made).toEqual(["2024-02-29"]);
});

it("stops when the job is told to", async () => {
  const run = kind.run({ date: "2024-03-01" }, { signal: AbortSignal.abort() });

  await expect(run).rejects.toThrow("aborted");
});

it.each([{}, { date: "2023-02-29" }, { date: "today" }, { date: "2024-02-29", again: true }])(
  "refuses %j",
  (input) => {
    expect(kind.input.safeParse(input).success).toBe(false);
  },
);
