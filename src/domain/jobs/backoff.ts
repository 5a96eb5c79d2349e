const FIRST_CEILING_MS = 2_000;
const LAST_CEILING_MS = 600_000;

/**
 * How long to wait before the next attempt: exponential with full jitter, so that what failed together
 * does not come back together. The ceiling starts at 2 s, doubles, and ends at 10 minutes.
 *
 * @param attempt 1 after the first attempt.
 * @param random from 0 up to but not 1.
 */
export const backoffMs = (attempt: number, random: number): number => {
  const ceilingMs = Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** (attempt - 1));
  return Math.floor(random * ceilingMs);
};
