import type { DeadLetters } from "../jobs/dead-letters.ts";
import type { CountDeadLetters } from "./figures-source.ts";

/** Where so many wait, one more or less makes no difference. */
export const MAX_DEAD_LETTERS_COUNTED = 10_000;

const PAGE_SIZE = 100;

export const makeCountDeadLetters =
  (deadLetters: Pick<DeadLetters, "list">): CountDeadLetters =>
  async () => {
    let count = 0;
    let from: string | undefined;
    do {
      const page = await deadLetters.list({ from, limit: PAGE_SIZE });
      count += page.deadLetters.length;
      from = page.next;
    } while (from !== undefined && count < MAX_DEAD_LETTERS_COUNTED);
    return count;
  };
