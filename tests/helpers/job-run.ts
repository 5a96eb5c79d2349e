import type { CallRun } from "../../src/domain/calls/call-url.ts";
import type { RemakeRun } from "../../src/domain/images/remake-thumbnails.ts";

type Progress = Parameters<RemakeRun["report"]>[0];

/** A job without a kernel: its effects stay noted from one attempt to the next. */
export const jobInMemory = (id: string) => {
  const effects = new Map<string, string>();
  const reports: Progress[] = [];

  /** The next attempt. */
  const run = (signal = new AbortController().signal): CallRun & RemakeRun => {
    return {
      id,
      signal,
      report: (progress) => void reports.push(progress),
      effect: async <T>(name: string, perform: (key: string) => Promise<T>): Promise<T> => {
        const noted = effects.get(name);
        // oxlint-disable-next-line typescript/no-unsafe-return -- An effect gives back what it has noted.
        if (noted !== undefined) return JSON.parse(noted);
        const outcome = await perform(`${id}/${name}`);
        effects.set(name, JSON.stringify(outcome));
        return outcome;
      },
    };
  };
  return { run, reports, effects };
};
