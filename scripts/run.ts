import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Runs a program; what it prints is shown.
 *
 * @throws {Error} when it does not exit with 0.
 */
export const run = async (
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<void> => {
  const child = spawn(command, args, { ...options, stdio: "inherit" });
  await once(child, "exit");
  const reason = child.signalCode ?? child.exitCode;
  if (reason !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${reason}`);
};
