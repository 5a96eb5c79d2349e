import type { ReplayDeadLetter } from "../../domain/jobs/dead-letters.ts";
import { noBody } from "../edge/body.ts";
import { noQuery } from "../edge/parameters.ts";
import { route } from "../edge/route.ts";
import { DEAD_LETTER_PATH, deadLetterParamsSchema } from "./dead-letter-route.ts";

export const replayDeadLetterFunction = (replayDeadLetter: ReplayDeadLetter) =>
  route({
    operation: "DeadLetters_Replay",
    summary: "Sends a message that could not be handled once more to where it came from.",
    method: "POST",
    path: `${DEAD_LETTER_PATH}:replay`,
    role: "admin",
    params: deadLetterParamsSchema,
    query: noQuery,
    body: noBody,
    answers: { 204: null },
    repeatable: true,
    handle: async ({ params }) => {
      await replayDeadLetter(params.sequenceNumber);
      return { status: 204 };
    },
  });
