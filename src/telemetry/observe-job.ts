/** What is told of a job: that its message was sent and received, and each attempt at it, in one trace. */
import { errorCode } from "./error-fields.ts";
import { logError, logEvent } from "./log.ts";
import { currentSpan, inTrace, record, span, traceIdOf, withFields } from "./scope.ts";

/** Names of the specification for messages. */
const onQueue = (operation: "send" | "receive" | "process") => ({
  "messaging.system": "servicebus",
  "messaging.destination.name": "jobs",
  "messaging.operation.type": operation,
  "messaging.operation.name": operation,
});

/** Where a span goes that is of the trace of `traceparent`: below what runs now, if that is of it too. */
const placeIn = (traceparent: string | undefined) => {
  const current = currentSpan().traceparent;
  const isElsewhere = traceparent !== undefined && traceIdOf(traceparent) !== traceIdOf(current);
  return isElsewhere ? { parent: traceparent, links: [current] } : {};
};

/**
 * Stays in the job's trace, also when upkeep or another request sends its message: below what runs now
 * where that is of the trace, else below `traceparent` with a link to what runs now.
 *
 * @param send puts the trace context into the message, so that whoever handles it goes on with the trace.
 */
export const observeSend = <T>(
  { id, traceparent }: { readonly id: string; readonly traceparent?: string | undefined },
  send: (traceparent: string | undefined) => Promise<T>,
): Promise<T> =>
  span(
    {
      name: "send jobs",
      kind: "producer",
      attributes: { ...onQueue("send"), "messaging.message.id": id, "job.id": id },
      ...placeIn(traceparent),
    },
    (sending) => send(sending.traceparent),
  );

/** Says of the invocation how many messages it was given. */
export const observeBatch = (count: number): void =>
  currentSpan().set({ ...onQueue("receive"), "messaging.batch.message_count": count });

export interface ObservedMessage {
  /** Of the job, and so of the message. */
  readonly id: string;
  readonly traceparent?: string | undefined;
}

export interface MessageOutcome {
  readonly id: string;
  readonly outcome: string;
  readonly kind?: string;
  /** Of what went wrong. */
  readonly code?: string | undefined;
  /** What nobody foresaw. */
  readonly error?: unknown;
}

/**
 * Handles one message of a batch as a span below the one that sent it, linked to the invocation that was
 * given the batch, and logs what came of it in that trace, with the job's id on every line.
 */
export const observeMessage = <T extends MessageOutcome>(
  { id, traceparent }: ObservedMessage,
  work: () => Promise<T>,
): Promise<T> => {
  const options = {
    name: "process jobs",
    kind: "consumer" as const,
    attributes: { ...onQueue("process"), "messaging.message.id": id, "job.id": id },
    ...placeIn(traceparent),
  };
  return inTrace(traceparent, () =>
    withFields({ jobId: id }, () =>
      span(options, async (running) => {
        const result = await work();
        const { error, ...fields } = result;
        running.set({ "job.kind": result.kind, outcome: result.outcome });
        if (result.code !== undefined) running.fail(result.code);
        if (error === undefined) logEvent({ level: "info", event: "job worked on", fields });
        else logError("job worked on", { error, ...fields });
        return result;
      }),
    ),
  );
};

export interface ObservedAttempt {
  readonly id: string;
  readonly kind: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** RFC 3339, of the job. */
  readonly createdAt: string;
  /** As the message has it, or else the job. */
  readonly traceparent?: string | undefined;
}

export interface AttemptOutcome {
  /** One of few words: `succeeded`, `failed`, `retried`, `canceled`. */
  readonly outcome: string;
  /** Of what went wrong. */
  readonly code?: string | undefined;
}

const startFigures = ({ kind, attempt, createdAt }: ObservedAttempt): void => {
  const labels = { "job.kind": kind };
  if (attempt > 1) record("stockroom.job.retries", 1, labels);
  else record("stockroom.job.wait.duration", (Date.now() - Date.parse(createdAt)) / 1000, labels);
};

/**
 * Runs one attempt as a span below the message that led to it, with what is known of it on every line.
 *
 * @param outcomeOf says what came of it; what `work` throws is told as `thrown`.
 */
export const observeAttempt = <T>(
  attempt: ObservedAttempt,
  work: () => Promise<T>,
  outcomeOf: (result: T) => AttemptOutcome,
): Promise<T> => {
  const { id, kind, attempt: number, traceparent } = attempt;
  const startedMs = performance.now();
  const end = ({ outcome, code }: AttemptOutcome): void => {
    const labels = { "job.kind": kind, outcome };
    record("stockroom.job.run.duration", (performance.now() - startedMs) / 1000, labels);
    record("stockroom.job.attempts", 1, { ...labels, "error.type": code });
  };
  const options = {
    name: `job ${kind}`,
    attributes: { "job.id": id, "job.kind": kind, "job.attempt": number },
    ...placeIn(traceparent),
  };
  return inTrace(traceparent, () =>
    withFields({ jobId: id, jobKind: kind, attempt: number }, () =>
      span(options, async (running) => {
        startFigures(attempt);
        try {
          const result = await work();
          const told = outcomeOf(result);
          running.set({ outcome: told.outcome });
          if (told.code !== undefined) running.fail(told.code);
          end(told);
          return result;
        } catch (error) {
          end({ outcome: "thrown", code: errorCode(error) });
          throw error;
        }
      }),
    ),
  );
};

/** @param reason one of few words. */
export const countDeadLetter = (reason: string): void =>
  record("stockroom.job.dead_letters", 1, { reason });
