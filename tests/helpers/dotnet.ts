/** Programs of .NET, for tests that show what its clients need. They are built on first use. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const OUTPUT = ".local/tools/dotnet";

/** Without them, programs stop at start where the ICU libraries are missing, and the SDK reports its use. */
const env = {
  ...process.env,
  DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1",
  DOTNET_CLI_TELEMETRY_OPTOUT: "1",
  DOTNET_NOLOGO: "1",
};

/** Whether the .NET SDK is on this machine. */
export const hasDotnet = (): boolean => spawnSync("dotnet", ["--version"], { env }).status === 0;

/**
 * Builds a project of `tests/dotnet`; what is up to date is left as it is.
 *
 * @returns what to start: a command with its first arguments.
 * @throws {Error} with the compiler's words.
 */
export const buildDotnet = (project: string): readonly [command: string, file: string] => {
  const { status, stdout } = spawnSync(
    "dotnet",
    ["build", `tests/dotnet/${project}`, "--configuration", "Release", "--artifacts-path", OUTPUT],
    { env, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The project ${project} could not be built:\n${stdout}`);
  return ["dotnet", resolve(OUTPUT, "bin", project, "release", `${project}.dll`)];
};

/** Runs it to its end. Gives what it printed. @throws {Error} with what it complained of. */
export const runDotnet = (project: string, args: readonly string[]): string => {
  const [command, file] = buildDotnet(project);
  const { status, stdout, stderr } = spawnSync(command, [file, ...args], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The program ${project} ended with ${status}:\n${stderr}`);
  return stdout;
};
