import * as z from "zod";

/** A day has no colon, so that no report can be meant by a URL that ends in an action. */
export const REPORTS_PATH = "api/reports";
export const REPORT_PATH = `${REPORTS_PATH}/{date:regex(^[^:]+$)}`;

export const reportParamsSchema = z.object({ date: z.string().max(64) });
