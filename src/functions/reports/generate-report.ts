import * as z from "zod";

import { isDay } from "../../domain/reports/day.ts";
import type { GenerateReport } from "../../domain/reports/start-report.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { REPORT_PATH } from "./report-route.ts";
import { reportLineSchema, toReportLine } from "./report-line.ts";

const paramsSchema = z.object({ date: z.string().refine(isDay) });

/** A report takes some seconds. */
const RETRY_AFTER_SECONDS = "2";

export const generateReportFunction = (generateReport: GenerateReport) =>
  route({
    operation: "Reports_Generate",
    summary: "Makes the report of a day that is over, or draws the one it has anew.",
    method: "POST",
    path: `${REPORT_PATH}:generate`,
    role: "admin",
    params: paramsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: reportLineSchema, 202: z.object({ id: z.string(), status: z.string() }) },
    handle: async ({ params, author, url }) => {
      const generated = await generateReport(params.date, author.requestId);
      if ("stored" in generated) return { status: 200, body: toReportLine(generated.stored, url) };
      const { id, status } = generated.job;
      return {
        status: 202,
        headers: {
          "operation-location": `${url.origin}/api/jobs/${id}`,
          "retry-after": RETRY_AFTER_SECONDS,
        },
        body: { id, status },
      };
    },
  });
