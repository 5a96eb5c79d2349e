import { toError, type AppFunction } from "./invoke.ts";
import type { Listener, TriggerHost, TriggerKind } from "./listener.ts";
import { parseSchedule, type Schedule } from "./ncrontab.ts";
import { invokeWithRetry } from "./retry.ts";
import { resumeSchedule, StatusFile, statusJson, type ScheduleStatus } from "./schedule-status.ts";
import { json, netDate, text } from "./typed-data.ts";

/** `setTimeout` counts in 32 bits. */
const LONGEST_STEP_MS = 24 * 86_400_000;
const MINUTE_MS = 60_000;

const isMonitored = (fn: AppFunction, schedule: Schedule, now: number): boolean => {
  if (fn.trigger["useMonitor"] === false) return false;
  const first = schedule.next(now);
  const second = first === undefined ? undefined : schedule.next(first);
  return first === undefined || second === undefined || second - first >= MINUTE_MS;
};

const scheduleOf = (fn: AppFunction): Schedule => {
  const { schedule } = fn.trigger;
  if (typeof schedule !== "string") throw new Error(`Function '${fn.name}' has no schedule`);
  return parseSchedule(schedule);
};

/** One timer: at most one run at a time, missed ones are made up for once. */
class Timer implements Listener {
  readonly #fn: AppFunction;
  readonly #host: TriggerHost;
  readonly #schedule: Schedule;
  readonly #file: StatusFile;
  readonly #monitored: boolean;
  readonly #stopping = new AbortController();
  #status: ScheduleStatus;
  #timer: NodeJS.Timeout | undefined;
  #run: Promise<void> = Promise.resolve();

  constructor(fn: AppFunction, host: TriggerHost) {
    const now = Date.now();
    this.#fn = fn;
    this.#host = host;
    this.#schedule = scheduleOf(fn);
    this.#file = new StatusFile(host.options.dataDirectory, fn.name);
    this.#monitored = isMonitored(fn, this.#schedule, now);
    const stored = this.#monitored ? this.#file.read() : undefined;
    const { status, pastDue } = resumeSchedule(stored, this.#schedule, now);
    // A timer that never ran shows no date at all in its first run.
    this.#status = stored === undefined ? { ...status, lastUpdated: undefined } : status;
    if (this.#monitored && stored !== status) this.#file.write(status);
    if (pastDue && host.options.catchUp) this.#fire({ isPastDue: true });
    else if (fn.trigger["runOnStartup"] === true) this.#fire({ isPastDue: false });
    else this.#await(this.#schedule.next(now));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#run;
  }

  healthy(): boolean {
    return true;
  }

  #await(due: number | undefined): void {
    if (due === undefined || this.#stopping.signal.aborted) return;
    const waitMs = due - Date.now();
    this.#timer = setTimeout(
      () => {
        if (Date.now() < due) this.#await(due);
        else this.#fire({ isPastDue: false });
      },
      Math.min(Math.max(waitMs, 0), LONGEST_STEP_MS),
    );
  }

  #fire(info: { readonly isPastDue: boolean }): void {
    this.#run = this.#runOnce(info);
  }

  async #runOnce({ isPastDue }: { readonly isPastDue: boolean }): Promise<void> {
    const startedMs = Date.now();
    try {
      await invokeWithRetry(
        this.#host.invoker,
        {
          fn: this.#fn,
          data: timerData(this.#monitored ? this.#status : undefined, isPastDue),
          metadata: { TimerTrigger: text(netDate(new Date(startedMs))) },
          reason: `Timer fired at ${netDate(new Date(startedMs))}`,
          ...(isPastDue ? { details: "UnscheduledInvocationReason: IsPastDue" } : {}),
        },
        this.#stopping.signal,
      );
    } catch {
      // It has been logged. The schedule moves on after a failed run too.
    }
    const next = this.#schedule.next(startedMs);
    this.#status = { last: startedMs, next, lastUpdated: startedMs };
    if (this.#monitored) this.#remember();
    this.#await(next);
  }

  #remember(): void {
    try {
      this.#file.write(this.#status);
    } catch (error) {
      this.#host.logger.host("Host.Triggers.Timer", {
        level: "warning",
        message: `The status of timer '${this.#fn.name}' was not kept: ${toError(error).message}`,
      });
    }
  }
}

const timerData = (status: ScheduleStatus | undefined, isPastDue: boolean) =>
  json({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status === undefined ? null : statusJson(status),
    IsPastDue: isPastDue,
  });

export const timerTrigger: TriggerKind = {
  validate: (fn) => {
    scheduleOf(fn);
  },
  start: (fn, host) => Promise.resolve(new Timer(fn, host)),
  run: async (fn, host) => {
    const now = Date.now();
    const status = new StatusFile(host.options.dataDirectory, fn.name).read() ?? {
      last: undefined,
      next: scheduleOf(fn).next(now),
      lastUpdated: undefined,
    };
    await invokeWithRetry(
      host.invoker,
      {
        fn,
        data: timerData(status, false),
        metadata: { TimerTrigger: text(netDate(new Date(now))) },
        reason: "This function was programmatically called via the host APIs.",
      },
      new AbortController().signal,
    );
  },
};
