/** What is told of a job: that its message was sent, and each attempt at it, in one trace. */
import { errorCode } from "./error-fields.ts";
import { currentSpan, inTrace, record, span, traceIdOf, withFields } from "./scope.ts";

const QUEUE = { "messaging.system": "servicebus", "messaging.destination.name": "jobs" };

/**
 * Stays in the job's trace, also when upkeep or another request sends its message: below what runs now
 * where that is of the trace, else below `traceparent` with a link to what runs now.
 *
 * @param send puts the trace context into the message, so that whoever handles it goes on with the trace.
 */
export const observeSend = <T>(
  { id, traceparent }: { readonly id: string; readonly traceparent?: string | undefined },
  send: (traceparent: string | undefined) => Promise<T>,
): Promise<T> => {
  const current = currentSpan().traceparent;
  const isElsewhere = traceparent !== undefined && traceIdOf(traceparent) !== traceIdOf(current);
  return span(
    {
      name: "send jobs",
      kind: "producer",
      attributes: { ...QUEUE, "job.id": id },
      ...(isElsewhere && { parent: traceparent, links: [current] }),
    },
    (sending) => send(sending.traceparent),
  );
};

export interface ObservedAttempt {
  readonly id: string;
  readonly kind: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** RFC 3339, of the job. */
  readonly createdAt: string;
  /** As the message has it. */
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
 * Runs one attempt as a span of the trace that the message carries, linked to the invocation that
 * happens to run it, with the job's id on every line.
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
    kind: "consumer" as const,
    parent: traceparent,
    links: [currentSpan().traceparent],
    attributes: { ...QUEUE, "job.id": id, "job.kind": kind, "job.attempt": number },
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
