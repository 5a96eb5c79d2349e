import * as z from "zod";

import { hasRole } from "../../domain/caller.ts";
import { AppError } from "../../domain/errors.ts";
import { JOB_KINDS } from "../../domain/jobs/job.ts";
import type { StartJob } from "../../domain/jobs/start-job.ts";
import { isRecord, json } from "../edge/body.ts";
import { readBodyFields } from "../edge/issues.ts";
import { noParams, noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { JOBS_PATH, acceptedAnswer, jobSchema } from "./job-route.ts";
import type { JobKinds } from "./kinds.ts";

const kindSchema = z.object({ kind: z.enum(JOB_KINDS) });
const operationIdSchema = z.guid().transform((id) => id.toLowerCase());

/** @throws {AppError} `invalid-header`. Other ids than UUIDs are the application's own. */
const readOperationId = (text: string | null): string | undefined => {
  if (text === null) return undefined;
  const id = operationIdSchema.safeParse(text);
  if (id.success) return id.data;
  throw new AppError("invalid-header", "Operation-Id is a UUID.", { target: "operation-id" });
};

/** The kind and its input, checked by the kind's schema; the input stays as it was sent. */
const readBody = (kinds: JobKinds, value: unknown) => {
  const { kind } = readBodyFields(kindSchema, value);
  readBodyFields(z.strictObject({ kind: z.literal(kind), input: kinds[kind].input }), value);
  return { kind, input: isRecord(value) ? value["input"] : undefined };
};

export const startJobFunction = (startJob: StartJob, kinds: JobKinds) =>
  route({
    operation: "Jobs_Start",
    summary: "Starts work that takes longer than a request; the answer says where to follow it.",
    method: "POST",
    path: JOBS_PATH,
    role: "editor",
    params: noParams,
    query: noQuery,
    body: json((value) => readBody(kinds, value)),
    repeatable: true,
    answers: { 202: jobSchema },
    handle: async ({ body: { kind, input }, caller, author, headers, newId, traceparent, url }) => {
      const { role, notBefore } = kinds[kind];
      if (!hasRole(caller, role)) {
        throw new AppError("insufficient-role", `Jobs of the kind ${kind} need the role ${role}.`);
      }
      const id = readOperationId(headers.get("operation-id")) ?? newId;
      const begins = notBefore(input, new Date());
      const job = await startJob({ id, kind, input, author, traceparent, notBefore: begins });
      return acceptedAnswer(job, url);
    },
  });
