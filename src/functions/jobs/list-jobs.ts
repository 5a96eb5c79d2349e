import * as z from "zod";

import { JOB_KINDS, JOB_STATUSES } from "../../domain/jobs/job.ts";
import type { ListJobs } from "../../domain/jobs/steer-job.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation } from "../edge/continuation.ts";
import { DEFAULT_PAGE_SIZE, pageAnswer, pageSchema, pagingParameters } from "../edge/paging.ts";
import { noParams } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { JOBS_PATH, jobSchema, toJobView } from "./job-route.ts";

const querySchema = z.strictObject({
  kind: z.enum(JOB_KINDS).optional(),
  status: z.enum(JOB_STATUSES).optional(),
  ...pagingParameters,
});

const pageKeySchema = z.object({ createdAt: z.string(), id: z.string() });

export const listJobsFunction = (listJobs: ListJobs) =>
  route({
    operation: "Jobs_List",
    summary: "Lists jobs, the newest first, a page at a time.",
    method: "GET",
    path: JOBS_PATH,
    role: "editor",
    params: noParams,
    query: querySchema,
    body: noBody,
    answers: { 200: pageSchema(jobSchema) },
    handle: async ({ query, url }) => {
      const { kind, status, maxpagesize: limit = DEFAULT_PAGE_SIZE, continuationToken } = query;
      const filter = { kind, status };
      const question = { jobs: filter };
      const after = readContinuation(continuationToken, question, pageKeySchema);
      const { jobs, next } = await listJobs({ filter, after, limit });
      const value = jobs.map(toJobView);
      return pageAnswer(url, question, { value, next });
    },
  });
