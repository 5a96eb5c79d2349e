import * as z from "zod";

export const DEAD_LETTERS_PATH = "api/dead-letters";
export const DEAD_LETTER_PATH = `${DEAD_LETTERS_PATH}/{sequenceNumber:regex(^[0-9]+$)}`;

const MAX_SEQUENCE_NUMBER = 2n ** 63n - 1n;

/** A whole number of 64 bits, which is more than a JSON number holds for certain. */
export const sequenceNumberSchema = z
  .string()
  .regex(/^\d{1,19}$/u)
  .refine((text) => BigInt(text) <= MAX_SEQUENCE_NUMBER);

export const deadLetterParamsSchema = z.object({ sequenceNumber: sequenceNumberSchema });
