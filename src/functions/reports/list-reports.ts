import * as z from "zod";

import { isDay } from "../../domain/reports/day.ts";
import type { ListReports } from "../../domain/reports/read-reports.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation, writeContinuation } from "../edge/continuation.ts";
import { API_VERSION, noParams } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { reportLineSchema, toReportLine } from "./report-line.ts";
import { REPORTS_PATH } from "./report-route.ts";

const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 20;

const querySchema = z.strictObject({
  maxpagesize: z
    .string()
    .regex(/^\d{1,3}$/u, { error: "Invalid input: not a whole number" })
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_PAGE_SIZE))
    .optional(),
  continuationToken: z.string().max(2048).optional(),
});

const QUESTION = "reports";
const daySchema = z.string().refine(isDay);

export const listReportsFunction = (listReports: ListReports) =>
  route({
    operation: "Reports_List",
    summary: "Lists the reports, the latest day first, a page at a time.",
    method: "GET",
    path: REPORTS_PATH,
    role: "reader",
    params: noParams,
    query: querySchema,
    body: noBody,
    answers: { 200: z.object({ value: z.array(reportLineSchema), nextLink: z.url().optional() }) },
    handle: async ({ query: { maxpagesize, continuationToken }, url }) => {
      const before = readContinuation(continuationToken, QUESTION, daySchema);
      const limit = maxpagesize ?? DEFAULT_PAGE_SIZE;
      const { reports, next } = await listReports({ before, limit });
      const value = reports.map((stored) => toReportLine(stored, url));
      if (next === undefined) return { status: 200, body: { value } };
      const link = new URL(url);
      link.searchParams.set("api-version", API_VERSION);
      link.searchParams.set("continuationToken", writeContinuation(QUESTION, next));
      return { status: 200, body: { value, nextLink: link.href } };
    },
  });
