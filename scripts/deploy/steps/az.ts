/** The Azure CLI, one call at a time. No argument is ever a secret, so each call is printed. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

import type * as z from "zod";

const COMMAND = process.platform === "win32" ? "az.cmd" : "az";

/**
 * @param answer what the command is known to print; everything else it prints is ignored.
 * @throws {Error} with the words of the CLI when it fails.
 */
export const az = async <T>(args: readonly string[], answer: z.ZodType<T>): Promise<T> => {
  console.log(`az ${args.join(" ")}`);
  const child = spawn(COMMAND, [...args, "--only-show-errors", "--output", "json"], {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`az ${args.join(" ")} failed:\n${stderr.trim()}`);
  return answer.parse(stdout.trim() === "" ? undefined : JSON.parse(stdout));
};
