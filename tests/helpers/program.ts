import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DEADLINE_MS = 60_000;

/** A program of this project in a process of its own, as `npm start` runs it. */
export interface Program {
  readonly pid: number;
  /** The message the program sent once it was ready. */
  readonly ready: unknown;
  /** All that the program has printed so far. */
  readonly output: () => string;
  /** The exit code once the process has ended and its output is complete; null after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGKILL: the process has no chance to save anything. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; resolves to the exit code once it is gone. */
  readonly stop: () => Promise<number | null>;
}

const started = new Set<ChildProcess>();

// A test that fails midway leaves no process behind: one would keep Jest from ending.
afterAll(async () => {
  await Promise.all([...started].map((child) => ended(child, "SIGKILL")));
});

const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

/** What a process printed last may arrive after its exit: it is gone once its output is closed too. */
const closed = new WeakMap<ChildProcess, Promise<number | null>>();

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  if (isRunning(child)) child.kill(signal);
  return (await closed.get(child)) ?? null;
};

const readyMessage = async (child: ChildProcess, output: () => string): Promise<unknown> => {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const exited = once(child, "close", { signal: deadline }).then(() => {
    throw new Error(`The program ended before it was ready:\n${output()}`);
  });
  const { promise: message, resolve } = Promise.withResolvers<unknown>();
  child.once("message", resolve);
  return Promise.race([message, exited]);
};

/**
 * Starts a source file and waits for its first message to the parent.
 *
 * @param options.env added to this process's environment.
 * @throws {Error} with the program's output when it ends instead.
 */
export const startProgram = async (
  file: string,
  options: { args?: readonly string[]; env?: Record<string, string>; cwd?: string } = {},
): Promise<Program> => {
  const child = fork(file, options.args, {
    env: { ...process.env, ...options.env },
    execPath: process.execPath,
    execArgv: [],
    silent: true,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  started.add(child);
  const { promise: exited, resolve: markExited } = Promise.withResolvers<number | null>();
  closed.set(child, exited);
  child.once("close", (code) => markExited(code));
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const output = (): string => text;

  try {
    const ready = await readyMessage(child, output);
    return {
      pid: child.pid ?? 0,
      ready,
      output,
      exited,
      kill: async () => void (await ended(child, "SIGKILL")),
      stop: () => ended(child, "SIGTERM"),
    };
  } catch (error) {
    await ended(child, "SIGKILL");
    throw error;
  }
};

/** A folder of its own below the system's temporary one, and how to remove it. */
export const temporaryFolder = async (): Promise<{ path: string; remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), "stockroom-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};
