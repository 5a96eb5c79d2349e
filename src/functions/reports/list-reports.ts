import * as z from "zod";

import { isDay } from "../../domain/reports/day.ts";
import type { ListReports } from "../../domain/reports/read-reports.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation } from "../edge/continuation.ts";
import { DEFAULT_PAGE_SIZE, pageAnswer, pageSchema, pagingParameters } from "../edge/paging.ts";
import { noParams } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { reportLineSchema, toReportLine } from "./report-line.ts";
import { REPORTS_PATH } from "./report-route.ts";

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
    query: z.strictObject(pagingParameters),
    body: noBody,
    answers: { 200: pageSchema(reportLineSchema) },
    handle: async ({ query: { maxpagesize, continuationToken }, url }) => {
      const before = readContinuation(continuationToken, QUESTION, daySchema);
      const limit = maxpagesize ?? DEFAULT_PAGE_SIZE;
      const { reports, next } = await listReports({ before, limit });
      const value = reports.map((stored) => toReportLine(stored, url));
      return pageAnswer(url, QUESTION, { value, next });
    },
  });
