import type { CallResult, MakeCall } from "./make-call.ts";

export interface CallUrlInput {
  readonly url: string;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** What a call asks of the job that it is made for. */
export interface CallRun {
  readonly signal: AbortSignal;
  /** Notes the outcome; gives a noted one back. The key is the same on every attempt. */
  readonly effect: <T>(name: string, perform: (key: string) => Promise<T>) => Promise<T>;
}

/**
 * Calls a URL, for a job. A call that has succeeded is noted before the job is, and not made again. When
 * the process dies in between, the next attempt sends the same id, by which the receiver can tell.
 *
 * @throws {AppError} as {@link MakeCall}.
 */
export type CallUrl = (input: CallUrlInput, run: CallRun) => Promise<CallResult>;

export const makeCallUrl =
  (makeCall: MakeCall): CallUrl =>
  ({ url, body }, run) =>
    run.effect("call", (id) =>
      makeCall({ url, body: JSON.stringify(body), id, signal: run.signal }),
    );
