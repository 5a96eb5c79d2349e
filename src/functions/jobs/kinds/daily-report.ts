import * as z from "zod";

import { isDay } from "../../../domain/reports/day.ts";
import type { MakeReport } from "../../../domain/reports/make-report.ts";

const inputSchema = z.strictObject({
  date: z.string().refine(isDay, { error: "Invalid input: not a day, YYYY-MM-DD" }),
});

/** Makes and mails the report of a day. It reads sums of all products, which takes minutes for many of them. */
export const dailyReportKind = (makeReport: MakeReport) => ({
  role: "admin" as const,
  input: inputSchema,
  limits: { attempts: 8, attemptMs: 540_000, atOnce: 1 },
  run: async ({ date }: z.infer<typeof inputSchema>, run: { readonly signal: AbortSignal }) => {
    await makeReport(date, run.signal);
    return { date };
  },
});
