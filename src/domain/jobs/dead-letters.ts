import { AppError } from "../errors.ts";

/** A message that nobody could handle. */
export interface DeadLetter {
  /** Names it among the dead letters; a whole number of 64 bits, as text. */
  readonly sequenceNumber: string;
  /** RFC 3339 instant, UTC, at which it came to the dead letters. */
  readonly enqueuedAt: string;
  readonly reason?: string;
  readonly description?: string;
  /** Where it could not be handled, and where it goes when it is replayed. */
  readonly source?: string;
  readonly deliveryCount: number;
  readonly messageId?: string;
  /** Of the job that it asks for, when it is one of ours. */
  readonly jobId?: string;
  /** How its body begins, as text. */
  readonly bodyPreview: string;
}

export interface DeadLetterPage {
  readonly deadLetters: readonly DeadLetter[];
  /** Sequence number that the next page begins with; absent on the last page. */
  readonly next?: string;
}

export interface DeadLetters {
  /** Oldest first. Those that somebody is about to replay or discard are listed too. */
  list(query: {
    readonly from?: string | undefined;
    readonly limit: number;
  }): Promise<DeadLetterPage>;

  /**
   * Sends it as it is to where it came from, and then takes it away. When that is interrupted in between,
   * it stays, and a second replay sends it again.
   *
   * @returns false when it is not there, or not any more.
   * @throws {AppError} `unavailable` when it cannot be got at just now: somebody else has it in hand, or
   *   too many are before it.
   */
  replay(sequenceNumber: string): Promise<boolean>;

  /** Takes it away. Returns and throws as {@link DeadLetters.replay}. */
  discard(sequenceNumber: string): Promise<boolean>;
}

export type ListDeadLetters = DeadLetters["list"];

/** @throws {AppError} `dead-letter-not-found`, `unavailable`. */
export type ReplayDeadLetter = (sequenceNumber: string) => Promise<void>;

/** Does nothing when there is no such letter. @throws {AppError} `unavailable`. */
export type DiscardDeadLetter = (sequenceNumber: string) => Promise<void>;

export interface DeadLetterUseCases {
  readonly list: ListDeadLetters;
  readonly replay: ReplayDeadLetter;
  readonly discard: DiscardDeadLetter;
}

export const makeDeadLetterUseCases = (deadLetters: DeadLetters): DeadLetterUseCases => ({
  list: (query) => deadLetters.list(query),
  replay: async (sequenceNumber) => {
    if (await deadLetters.replay(sequenceNumber)) return;
    throw new AppError("dead-letter-not-found", "There is no such dead letter, or not any more.");
  },
  discard: async (sequenceNumber) => {
    await deadLetters.discard(sequenceNumber);
  },
});
