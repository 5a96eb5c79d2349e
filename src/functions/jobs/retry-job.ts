import type { RetryJob } from "../../domain/jobs/steer-job.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { JOB_PATH, acceptedAnswer, jobParamsSchema, jobSchema } from "./job-route.ts";

export const retryJobFunction = (retryJob: RetryJob) =>
  route({
    operation: "Jobs_Retry",
    summary: "Gives a job that failed or was cancelled all its attempts again.",
    method: "POST",
    path: `${JOB_PATH}:retry`,
    role: "editor",
    params: jobParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 202: jobSchema },
    handle: async ({ params, url }) => acceptedAnswer(await retryJob(params.id), url),
  });
