import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

import { temporaryFolder } from "./program.ts";

type Reply =
  | { readonly stdout: unknown }
  /** As `--output tsv` prints it. */
  | { readonly tsv: string }
  | { readonly error: string };
/** Answers by the beginning of a command line; the last answer of a list is given again and again. */
export type AzScript = Readonly<Record<string, readonly Reply[]>>;

export interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
}

/** A folder with a fake `az`, to put on the PATH of a program. */
export interface FakeAz {
  readonly folder: string;
  /** Every command line so far, without what all have in common. */
  readonly calls: () => Promise<readonly string[]>;
  /** Runs one of the project's programs with the fake before everything else on its PATH. */
  readonly run: (
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<Outcome>;
  readonly remove: () => Promise<void>;
}

const COMMON = " --only-show-errors --output json";

const REFUSE = "ERROR: this command is not in the script";

/** A shell script: a Node program would take most of the time of a test only to start, dozens of times. */
const programFor = (script: AzScript, folder: string): string => {
  const cases = Object.entries(script).map(
    ([prefix, replies], index) =>
      `'${prefix}'*) n=$(grep -c '^${prefix}' '${folder}/calls.txt'); last=${replies.length}; reply='${folder}/${index}';;`,
  );
  return [
    "#!/bin/sh",
    `echo "$*" >> '${folder}/calls.txt'`,
    `case "$*" in`,
    ...cases,
    `*) echo '${REFUSE}' >&2; exit 2;;`,
    "esac",
    `[ "$n" -gt "$last" ] && n=$last`,
    `if [ -f "$reply.$n.error" ]; then cat "$reply.$n.error" >&2; exit 1; fi`,
    `cat "$reply.$n.json"`,
    "",
  ].join("\n");
};

const writeReplies = async (script: AzScript, folder: string): Promise<void> => {
  for (const [index, replies] of Object.values(script).entries())
    for (const [earlier, reply] of replies.entries()) {
      const file = join(folder, `${index}.${earlier + 1}`);
      if ("error" in reply) await writeFile(`${file}.error`, `ERROR: ${reply.error}\n`);
      else {
        const printed = "tsv" in reply ? reply.tsv : JSON.stringify(reply.stdout);
        await writeFile(`${file}.json`, `${printed}\n`);
      }
    }
};

export const fakeAz = async (script: AzScript): Promise<FakeAz> => {
  const { path: folder, remove } = await temporaryFolder();
  const az = join(folder, "az");
  const log = join(folder, "calls.txt");
  await writeFile(az, programFor(script, folder));
  await chmod(az, 0o755);
  await writeReplies(script, folder);
  await writeFile(log, "");

  return {
    folder,
    remove,
    calls: async () =>
      (await readFile(log, "utf8"))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.replace(COMMON, "")),
    run: async (program, args, env = {}) => {
      const child = spawn(process.execPath, [program, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
          AZ_CALLS: log,
          ...env,
        },
      });
      const closed = once(child, "close");
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      await closed;
      return { exitCode: child.exitCode, output: stdout + stderr };
    },
  };
};
