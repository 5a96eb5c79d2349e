import type { GetJob } from "../../domain/jobs/steer-job.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { JOB_PATH, jobAnswer, jobParamsSchema, jobSchema } from "./job-route.ts";

export const getJobFunction = (getJob: GetJob) =>
  route({
    operation: "Jobs_Get",
    summary: "Gets a job: how far it is, what came of it, and its attempts.",
    method: "GET",
    path: JOB_PATH,
    role: "editor",
    params: jobParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 200: jobSchema },
    handle: async ({ params }) => jobAnswer(await getJob(params.id)),
  });
