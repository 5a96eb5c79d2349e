import { watch } from "node:fs";

/** Editors write a file in several steps: a change counts when nothing followed it for this long. */
const QUIET_MS = 150;

/**
 * Calls `rebuild` after changes below a folder; changes during a rebuild lead to one more after it. A
 * rebuild that fails says why, and the next change tries again.
 */
export const watchSources = (folder: string, rebuild: () => Promise<void>): void => {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const run = async (): Promise<void> => {
    const startedMs = performance.now();
    try {
      await rebuild();
      console.log(`Rebuilt and reloaded (${Math.round(performance.now() - startedMs)} ms).`);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  };
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(run);
    }, QUIET_MS);
  });
  console.log(`Watching ${folder}/ for changes.`);
};
