import { AppError } from "../errors.ts";

/** How long after it was first sent a request may be repeated. */
export const REPEATABLE_FOR_MS = 86_400_000;
/** How far ahead of ours a client's clock may be. */
export const CLOCK_AHEAD_MS = 300_000;
/** As long as a repeat is taken, what became of the first must be known, or it is done twice. */
export const RECORDS_KEPT_MS = REPEATABLE_FOR_MS + CLOCK_AHEAD_MS;

/** What a request was answered with; JSON, so that it can be stored. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface RequestRecord {
  /** Names the request: its operation, its caller and the id the caller gave it. */
  readonly key: string;
  readonly bodyDigest: string;
  /** The id of what the request creates, chosen before anything is done, so that a repeat creates it too. */
  readonly newId: string;
  /** Absent while the request is worked on, and for ever when the process died in between. */
  readonly answer?: StoredAnswer | undefined;
}

export interface RequestStore {
  /** @returns false when a record with the key exists. */
  insert(record: RequestRecord): Promise<boolean>;
  get(key: string): Promise<RequestRecord | undefined>;
  /** Overwrites. */
  put(record: RequestRecord): Promise<void>;
}

export interface RepeatDeps {
  readonly requests: RequestStore;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/**
 * Answers a request once: a repeat within the time that records are kept gets the first one's answer.
 *
 * @param work must do the same thing again when called with the same id, or give what it did.
 * @throws {AppError} `repeatability-id-reused` when the id came with another body before. What `work`
 *   throws passes and is not recorded: a failure may be tried again under the same id.
 */
export type AnswerOnce = (
  request: Pick<RequestRecord, "key" | "bodyDigest" | "newId">,
  work: (newId: string) => Promise<StoredAnswer>,
) => Promise<StoredAnswer>;

/** How long a repeat waits for the first request before it does the work itself. */
const GRACE_MS = 2_000;
const LOOK_EVERY_MS = 100;

export const makeAnswerOnce =
  ({ requests, wait }: RepeatDeps): AnswerOnce =>
  async ({ key, bodyDigest, newId }, work) => {
    let record: RequestRecord = { key, bodyDigest, newId };
    if (!(await requests.insert(record))) {
      for (let waitedMs = 0; waitedMs <= GRACE_MS; waitedMs += LOOK_EVERY_MS) {
        record = (await requests.get(key)) ?? record;
        if (record.bodyDigest !== bodyDigest) {
          throw new AppError(
            "repeatability-id-reused",
            "This id came with another request before.",
            {
              target: "repeatability-request-id",
            },
          );
        }
        if (record.answer) return record.answer;
        await wait(LOOK_EVERY_MS);
      }
    }
    const answer = await work(record.newId);
    await requests.put({ ...record, answer });
    return answer;
  };
