import * as z from "zod";

import { AppError } from "../../domain/errors.ts";
import { isNoAnswer } from "../no-answer.ts";

const failureSchema = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  name: z.string(),
});

const statusOf = (error: unknown): number | undefined =>
  failureSchema.safeParse(error).data?.statusCode;

/** No answer came: the connection was refused, reset or took too long. */
const isUnreachable = (error: unknown): boolean => {
  const { statusCode, code = "", name } = failureSchema.safeParse(error).data ?? {};
  return statusCode === undefined && (name === "AbortError" || isNoAnswer(code));
};

const toAppError = (error: unknown): unknown => {
  const status = statusOf(error) ?? 0;
  if (status === 429 || status === 408 || status >= 500 || isUnreachable(error))
    return new AppError("unavailable", "Storage does not answer.", { cause: error });
  return error;
};

/** Opens the client and makes a call; "not now" becomes `unavailable`. */
export const callingStorage = async <C, T>(
  open: () => Promise<C>,
  call: (client: C) => Promise<T>,
): Promise<T> => {
  try {
    return await call(await open());
  } catch (error) {
    throw toAppError(error);
  }
};

const callingUnless =
  (statuses: ReadonlySet<number | undefined>) =>
  async <C, T>(open: () => Promise<C>, call: (client: C) => Promise<T>): Promise<T | undefined> => {
    try {
      return await call(await open());
    } catch (error) {
      if (statuses.has(statusOf(error))) return undefined;
      throw toAppError(error);
    }
  };

/**
 * As {@link callingStorage}.
 *
 * @returns undefined when the blob, or the version of it that was named, is not there any more.
 */
export const callingUnlessGone = callingUnless(new Set([404, 412]));

/** As {@link callingStorage}. @returns undefined when what is there is not what was named, or is at all. */
export const callingUnlessOther = callingUnless(new Set([409, 412]));
