import { setTimeout as wait } from "node:timers/promises";

const STEP_MS = 25;

/**
 * Waits until `look` gives something other than undefined and false.
 *
 * @throws {Error} that says what was waited for, and what `look` gave last, after the deadline.
 */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  deadlineMs = 15_000,
): Promise<T> => {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}`);
    await wait(STEP_MS);
  }
};
