import * as z from "zod";

import { AppError } from "../../domain/errors.ts";
import { isNoAnswer } from "../no-answer.ts";

const failureSchema = z.object({ code: z.union([z.number(), z.string()]) });

/** HTTP statuses with which Cosmos DB or the way to it says "not now", and the SDK's own deadline. */
const PASSING: ReadonlySet<number | string> = new Set([
  408,
  410,
  449,
  500,
  502,
  503,
  504,
  "TimeoutError",
]);

const isPassing = (status: number | string): boolean =>
  PASSING.has(status) || (typeof status === "string" && isNoAnswer(status));

/** The status of a failed call, or the system's code when no answer came. */
const statusOf = (error: unknown): number | string | undefined => {
  const parsed = failureSchema.safeParse(error);
  return parsed.success ? parsed.data.code : undefined;
};

/** Translates what every operation may meet; anything else passes unchanged. */
export const toAppError = (error: unknown): unknown => {
  const status = statusOf(error);
  if (status === 412) {
    return new AppError("precondition-failed", "The resource has changed since it was read.", {
      cause: error,
    });
  }
  if (status === 429) {
    return new AppError("too-many-requests", "The database is throttling.", { cause: error });
  }
  if (status !== undefined && isPassing(status)) {
    return new AppError("unavailable", "The database does not answer.", { cause: error });
  }
  return error;
};

/** Opens the client and makes a call; its failure is translated by {@link toAppError}. */
export const calling = async <C, T>(
  open: () => Promise<C>,
  call: (client: C) => Promise<T>,
): Promise<T> => {
  try {
    return await call(await open());
  } catch (error) {
    throw toAppError(error);
  }
};

/**
 * Makes a call for which some statuses are an answer, not a failure.
 *
 * @returns the status when it is one of these, else what the call gives.
 */
export const callingOr = async <C, T, S extends number>(
  statuses: readonly S[],
  open: () => Promise<C>,
  call: (client: C) => Promise<T>,
): Promise<T | S> => {
  try {
    return await call(await open());
  } catch (error) {
    const status = statuses.find((expected) => expected === statusOf(error));
    if (status !== undefined) return status;
    throw toAppError(error);
  }
};
