import type { DiscardDeadLetter } from "../../domain/jobs/dead-letters.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { DEAD_LETTER_PATH, deadLetterParamsSchema } from "./dead-letter-route.ts";

export const discardDeadLetterFunction = (discardDeadLetter: DiscardDeadLetter) =>
  route({
    operation: "DeadLetters_Delete",
    summary: "Takes a message that could not be handled away for good.",
    method: "DELETE",
    path: DEAD_LETTER_PATH,
    role: "admin",
    params: deadLetterParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 204: null },
    handle: async ({ params }) => {
      await discardDeadLetter(params.sequenceNumber);
      return { status: 204 };
    },
  });
