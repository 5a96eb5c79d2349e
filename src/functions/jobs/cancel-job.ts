import type { CancelJob } from "../../domain/jobs/steer-job.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { JOB_PATH, acceptedAnswer, jobParamsSchema, jobSchema } from "./job-route.ts";

export const cancelJobFunction = (cancelJob: CancelJob) =>
  route({
    operation: "Jobs_Cancel",
    summary: "Cancels a job that waits, and asks one that runs to stop.",
    method: "POST",
    path: `${JOB_PATH}:cancel`,
    role: "editor",
    params: jobParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 202: jobSchema },
    handle: async ({ params, url }) => acceptedAnswer(await cancelJob(params.id), url),
  });
