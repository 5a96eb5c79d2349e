import { AppError } from "../errors.ts";

/** Answers of clients' errors that ask for another try. */
const LATER = new Set([408, 425, 429]);

const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * Reads a `Retry-After`: seconds, or an instant (RFC 9110, 10.2.3).
 *
 * @returns milliseconds from now, a day at most; undefined for what is neither.
 */
export const retryAfterMs = (header: string | undefined, now: Date): number | undefined => {
  if (header === undefined) return undefined;
  const text = header.trim();
  const isCount = /^\d{1,10}$/u.test(text);
  if (!isCount && !text.endsWith(" GMT")) return undefined;
  const delayMs = isCount ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  if (Number.isNaN(delayMs)) return undefined;
  return Math.min(Math.max(delayMs, 0), MAX_RETRY_AFTER_MS);
};

/**
 * What the last answer of a call means.
 *
 * @throws {AppError} `call-put-off` when the receiver may take the same call later; `call-rejected` when
 *   it never will.
 */
export const judgeAnswer = (
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | undefined },
  now: Date,
): void => {
  if (status >= 200 && status < 300) return;
  const message = `The receiver answered ${status}.`;
  if (status < 500 && !LATER.has(status)) throw new AppError("call-rejected", message);
  const delayMs = retryAfterMs(retryAfter, now);
  throw new AppError("call-put-off", message, {
    ...(delayMs !== undefined && { retryAfterMs: delayMs }),
  });
};
