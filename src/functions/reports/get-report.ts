import { createHash } from "node:crypto";

import type { ReportForm } from "../../domain/reports/report-forms.ts";
import type { GetReport } from "../../domain/reports/read-reports.ts";
import { noBody } from "../edge/body.ts";
import { negotiate } from "../edge/negotiate.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { REPORT_PATH, reportParamsSchema } from "./report-route.ts";

const FORMS = {
  "application/json": "json",
  "text/csv": "csv",
  "text/html": "html",
} as const satisfies Record<string, ReportForm>;

const MEDIA_TYPES = ["application/json", "text/csv", "text/html"] as const;

/** As the page says of itself: no script, and nothing from anywhere else. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** A report may be made anew after a crash, so a copy is asked about before it is used. */
const HEADERS = { "cache-control": "private, no-cache", vary: "Accept" };

export const getReportFunction = (getReport: GetReport) =>
  route({
    operation: "Reports_Get",
    summary: "Gets the report of a day as JSON, CSV or a page, by Accept.",
    method: "GET",
    path: REPORT_PATH,
    role: "reader",
    params: reportParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: null },
    handle: async ({ params, accept }) => {
      const mediaType = negotiate(accept, MEDIA_TYPES);
      const content = await getReport(params.date, FORMS[mediaType]);
      const digest = createHash("sha256").update(content).digest("base64url");
      return {
        status: 200,
        etag: `"${digest}"`,
        headers: {
          ...HEADERS,
          ...(mediaType === "text/html" && { "content-security-policy": PAGE_POLICY }),
        },
        content: {
          mediaType: mediaType === "application/json" ? mediaType : `${mediaType}; charset=utf-8`,
          read: () => Promise.resolve(content),
        },
      };
    },
  });
