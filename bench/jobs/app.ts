/** The application on the local Functions host, its trigger of jobs in one of several forms. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { bundle } from "../../scripts/bundle.ts";
import { declaredFunctions } from "../../scripts/declared-functions.ts";

export interface AppForm {
  readonly cardinality: "many" | "one";
  /** In the place of what `host.json` says of Service Bus. */
  readonly serviceBus?: Readonly<Record<string, number>>;
}

const hostJsonSchema = z.looseObject({
  extensions: z.looseObject({ serviceBus: z.looseObject({}) }),
});

/** @returns the folder of an application that is as the real one but for what the form says. */
export const buildApp = async (name: string, form: AppForm): Promise<string> => {
  const folder = join("dist/bench/jobs", name);
  await mkdir(folder, { recursive: true });
  await bundle(undefined, {
    folder,
    standIns: {
      "src/functions/jobs/kinds/make-thumbnails.ts": "bench/jobs/no-work.ts",
      "src/adapters/cosmos/observed-requests.ts": "bench/jobs/watched-requests.ts",
      ...(form.cardinality === "one" && {
        "src/functions/jobs/run-jobs.ts": "bench/jobs/one-message.ts",
      }),
    },
    functions: declaredFunctions().map((declared) =>
      declared.name === "runJobs"
        ? { ...declared, trigger: { ...declared.trigger, cardinality: form.cardinality } }
        : declared,
    ),
  });
  const hostJson = hostJsonSchema.parse(JSON.parse(await readFile("host.json", "utf8")));
  Object.assign(hostJson.extensions.serviceBus, form.serviceBus);
  await writeFile(join(folder, "package.json"), JSON.stringify({ main: "main.cjs" }));
  await writeFile(join(folder, "host.json"), JSON.stringify(hostJson));
  return folder;
};

const readySchema = z.object({ url: z.url() });
const workSchema = z.object({
  calls: z.int(),
  endedAtMs: z.array(z.tuple([z.string(), z.number()])),
});

/** How often the database was asked, and when it had written the end of each job, in that order. */
export type Work = z.infer<typeof workSchema>;

export interface RunningApp {
  readonly url: string;
  /** @returns once so many jobs have ended since the last time. */
  readonly ended: (jobs: number) => Promise<Work>;
  readonly stop: () => Promise<void>;
}

const message = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error("The host has ended; it has said why."));
    child.once("exit", ended);
    child.once("message", (told: unknown) => {
      child.off("exit", ended);
      resolve(told);
    });
  });

/** @param functions all unless told. */
export const startApp = async (
  folder: string,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly data: string;
    readonly functions?: readonly string[];
  },
): Promise<RunningApp> => {
  const args = ["--port", "0", "--app", folder, "--data", options.data];
  const only = (options.functions ?? []).flatMap((name) => ["--functions", name]);
  const child = fork("local/functions-host/main.mjs", [...args, ...only], {
    env: options.env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const { url } = readySchema.parse(await message(child));
  return {
    url,
    ended: async (jobs) => {
      child.send({ endedJobs: jobs });
      return workSchema.parse(await message(child));
    },
    stop: async () => {
      child.kill();
      await once(child, "exit");
    },
  };
};
