import * as z from "zod";

import type { ListDeadLetters } from "../../domain/jobs/dead-letters.ts";
import { noBody } from "../edge/body.ts";
import { readContinuation } from "../edge/continuation.ts";
import { DEFAULT_PAGE_SIZE, pageAnswer, pageSchema, pagingParameters } from "../edge/paging.ts";
import { noParams } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { DEAD_LETTERS_PATH, sequenceNumberSchema } from "./dead-letter-route.ts";

const deadLetterSchema = z.object({
  sequenceNumber: z.string(),
  enqueuedAt: z.iso.datetime(),
  reason: z.string().optional(),
  description: z.string().optional(),
  source: z.string().optional(),
  deliveryCount: z.int().min(0),
  messageId: z.string().optional(),
  jobId: z.string().optional(),
  bodyPreview: z.string(),
});

/** A list of one kind has one question. */
const QUESTION = "dead-letters";

export const listDeadLettersFunction = (listDeadLetters: ListDeadLetters) =>
  route({
    operation: "DeadLetters_List",
    summary: "Lists messages that could not be handled, the oldest first, a page at a time.",
    method: "GET",
    path: DEAD_LETTERS_PATH,
    role: "admin",
    params: noParams,
    query: z.strictObject(pagingParameters),
    body: noBody,
    answers: { 200: pageSchema(deadLetterSchema) },
    handle: async ({ query, url }) => {
      const { maxpagesize: limit = DEFAULT_PAGE_SIZE, continuationToken } = query;
      const from = readContinuation(continuationToken, QUESTION, sequenceNumberSchema);
      const { deadLetters: value, next } = await listDeadLetters({ from, limit });
      return pageAnswer(url, QUESTION, { value, next });
    },
  });
