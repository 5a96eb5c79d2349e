/** A program of this project as a child that is watched, told to stop, and never left behind. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export interface Child {
  /** The first message the child sent: it is ready. */
  readonly ready: unknown;
  /** Resolves when the child has ended, to what ended it. */
  readonly ended: Promise<string>;
  /** Prints from now on what the child prints; its errors always are. */
  readonly showOutput: () => void;
  /** Whether {@link stop} was called. */
  readonly toldToStop: () => boolean;
  /** SIGTERM, then SIGKILL when the grace time has passed. Does nothing to one that has ended. */
  readonly stop: () => Promise<void>;
}

const GRACE_MS = 12_000;

const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

/** A child that may not be ready yet. */
export type StartedChild = Omit<Child, "ready">;

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Is called at once, so that also what is not ready yet can be stopped. */
  readonly onStart?: (child: StartedChild) => void;
}

/**
 * Starts a source file and waits for its first message; for ever when it is told to stop before.
 *
 * @throws {Error} when it ends before it is ready; it has said why on its error output.
 */
export const startChild = async (
  file: string,
  { args = [], env, onStart }: ChildOptions,
): Promise<Child> => {
  // A terminal sends its Ctrl-C to every process of the group. In a group of its own the child does not
  // get it: the parent alone decides who stops when.
  const child = fork(file, args, { env, detached: true, silent: true });
  child.stderr?.pipe(process.stderr);
  // A pipe that nobody reads fills up and stops the child.
  child.stdout?.resume();
  const ended = once(child, "exit").then(([code, signal]: unknown[]) => String(signal ?? code));
  let told = false;
  const started: StartedChild = {
    ended,
    showOutput: () => void child.stdout?.pipe(process.stdout),
    toldToStop: () => told,
    stop: async () => {
      told = true;
      if (!isRunning(child)) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
  onStart?.(started);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  child.once("message", resolve);
  child.once("exit", (code, signal) => {
    if (!told) reject(new Error(`${file} ended (${signal ?? code}) before it was ready.`));
  });
  return { ...started, ready: await promise };
};
