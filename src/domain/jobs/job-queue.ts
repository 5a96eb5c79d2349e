/** What a message about a job says; all else is in the store. */
export interface JobMessage {
  readonly id: string;
  /** W3C trace context, so that the work shows in the trace of the request that asked for it. */
  readonly traceparent?: string | undefined;
}

export interface JobQueue {
  /**
   * Sends; with `notBefore` in the future it is delivered then. May deliver more than once.
   *
   * @throws {AppError} `unavailable` when it is not known to be accepted.
   */
  send(message: JobMessage, notBefore?: Date): Promise<void>;
  /** Puts aside a message that no worker can make sense of, for a person to look at. */
  deadLetter(message: RejectedMessage): Promise<void>;
}

export interface RejectedMessage {
  readonly body: Uint8Array;
  /** One word for machines, a sentence for people. */
  readonly reason: string;
  readonly description: string;
}
