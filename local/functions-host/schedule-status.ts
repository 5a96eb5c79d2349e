import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import { isRecord, parseJson } from "./json-value.ts";
import type { Schedule } from "./ncrontab.ts";
import { netDate } from "./typed-data.ts";

/** Times in milliseconds; undefined where .NET has its smallest date. */
export interface ScheduleStatus {
  readonly last: number | undefined;
  readonly next: number | undefined;
  readonly lastUpdated: number | undefined;
}

const NET_MIN = "0001-01-01T00:00:00+00:00";

const toNet = (ms: number | undefined): string =>
  ms === undefined ? NET_MIN : netDate(new Date(ms));

const fromNet = (value: unknown): number | undefined => {
  if (typeof value !== "string" || value === NET_MIN) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
};

/** As Azure stores it and as the handler gets it. */
export const statusJson = (status: ScheduleStatus): Readonly<Record<string, string>> => ({
  Last: toNet(status.last),
  Next: toNet(status.next),
  LastUpdated: toNet(status.lastUpdated),
});

/** Where a timer remembers its runs: one file for each, replaced as a whole. */
export class StatusFile {
  readonly #file: string;

  constructor(dataDirectory: string, functionName: string) {
    this.#file = path.join(dataDirectory, "timers", `Host.Functions.${functionName}`, "status");
  }

  /** @returns undefined when there is none, or none that can be read. */
  read(): ScheduleStatus | undefined {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch {
      return undefined;
    }
    const stored = parseJson(text);
    if (!isRecord(stored)) return undefined;
    return {
      last: fromNet(stored["Last"]),
      next: fromNet(stored["Next"]),
      lastUpdated: fromNet(stored["LastUpdated"]),
    };
  }

  write(status: ScheduleStatus): void {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(statusJson(status)));
    renameSync(draft, this.#file);
  }
}

/**
 * What a timer does at the start of the host.
 *
 * @returns the status to go on with, and whether a run was missed. A changed schedule begins anew.
 */
export const resumeSchedule = (
  stored: ScheduleStatus | undefined,
  schedule: Schedule,
  now: number,
): { readonly status: ScheduleStatus; readonly pastDue: boolean } => {
  const fresh = { last: undefined, next: schedule.next(now), lastUpdated: now };
  const from = stored?.last ?? stored?.lastUpdated;
  if (stored === undefined || from === undefined) return { status: fresh, pastDue: false };
  const expected = schedule.next(from);
  if (stored.next !== expected) return { status: fresh, pastDue: false };
  return { status: stored, pastDue: expected !== undefined && expected < now };
};
