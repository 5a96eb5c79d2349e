import { toError, type Invocation, type Invoker } from "./invoke.ts";
import { pause } from "./pause.ts";
import type { InvocationResponse, RetryContext, RetryOptions } from "./wire.ts";

const SECOND_MS = 1000;

/**
 * Milliseconds before a retry.
 *
 * @param retry 1 for the first.
 * @param random from 0 (inclusive) to 1 (exclusive).
 */
export const retryDelayMs = (options: RetryOptions, retry: number, random: number): number => {
  if (options.retryStrategy === "fixedDelay")
    return (options.delayInterval?.seconds ?? 0) * SECOND_MS;
  const minimum = (options.minimumInterval?.seconds ?? 0) * SECOND_MS;
  const maximum = (options.maximumInterval?.seconds ?? 0) * SECOND_MS;
  const grown = retry === 1 ? 0 : 2 ** (retry - 2) * minimum * (0.8 + random * 0.4);
  return Math.min(maximum, minimum + grown);
};

/**
 * Runs the function, again as its retry policy says. Every attempt is an invocation of its own.
 *
 * @param signal ends the waiting for a retry: the last failure stands.
 * @throws {Error} the failure of the last attempt.
 */
export const invokeWithRetry = async (
  invoker: Invoker,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<InvocationResponse> => {
  const options = invocation.fn.metadata.retryOptions;
  if (options === undefined) return invoker.invoke(invocation);
  const { maxRetryCount } = options;
  let exception: RetryContext["exception"];
  for (let attempt = 0; ; attempt += 1) {
    const retryContext = { retryCount: attempt, maxRetryCount, exception };
    try {
      // oxlint-disable-next-line no-await-in-loop -- attempts follow one another
      return await invoker.invoke({ ...invocation, retryContext });
    } catch (thrown) {
      const error = toError(thrown);
      if (maxRetryCount !== -1 && attempt >= maxRetryCount) throw error;
      // oxlint-disable-next-line no-await-in-loop -- attempts follow one another
      await pause(retryDelayMs(options, attempt + 1, Math.random()), signal);
      if (signal.aborted) throw error;
      exception = { message: error.message, source: "", stackTrace: error.stack ?? "" };
    }
  }
};
