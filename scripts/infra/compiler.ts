/** Finds the Bicep compiler, or brings it with the .NET SDK. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

export interface CompilerSearch {
  /** `BICEP`, `PATH`, `HOME` and `AZURE_CONFIG_DIR` are looked at. */
  readonly env: NodeJS.ProcessEnv;
  /** The folder that keeps what the .NET SDK brings. */
  readonly cacheDir: string;
}

const PACKAGE = "Azure.Bicep.CommandLine.linux-x64";

/** Other versions know other resource types and rules, and the snapshots are this one's. */
const BICEP_VERSION = "0.49.2";

/** `npm start -- --reset` empties it; then the compiler is brought again. */
export const BICEP_CACHE = ".local/tools/bicep";

const DOTNET_ENV = {
  // Without it, .NET programs stop at start on a machine without the ICU libraries.
  DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1",
  // The compiler is gone before what it would learn of itself pays: a sixth of its time.
  DOTNET_TieredPGO: "0",
  DOTNET_CLI_TELEMETRY_OPTOUT: "1",
  DOTNET_NOLOGO: "1",
};

/** The environment that the compiler and the .NET SDK are started with. */
export const compilerEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  ...DOTNET_ENV,
});

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** @returns the first file of that name on the `PATH` that may be executed. */
const findOnPath = (name: string, env: NodeJS.ProcessEnv): string | undefined =>
  (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);

const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${PACKAGE}" Version="[${BICEP_VERSION}]" />
  </ItemGroup>
</Project>
`;

/**
 * Downloads the compiler, some 40 MB, once: a second call finds it in `cacheDir`.
 *
 * @throws {Error} with the SDK's own words when the package cannot be had.
 */
const restoreCompiler = (dotnet: string, { env, cacheDir }: CompilerSearch): string => {
  const packages = resolve(cacheDir, "packages");
  const executable = join(packages, PACKAGE.toLowerCase(), BICEP_VERSION, "tools", "bicep");
  if (isExecutable(executable)) return executable;
  mkdirSync(cacheDir, { recursive: true });
  const project = join(cacheDir, "bicep.proj");
  writeFileSync(project, PROJECT);
  const { status, stdout, stderr } = spawnSync(
    dotnet,
    ["restore", project, "--packages", packages],
    { env: compilerEnv(env), encoding: "utf8" },
  );
  if (status === 0 && isExecutable(executable)) return executable;
  throw new Error(
    `The .NET SDK could not restore ${PACKAGE} ${BICEP_VERSION}:\n${stdout}${stderr}`,
  );
};

/** The Azure CLI keeps the compiler that `az bicep` runs in its own folder. */
const compilerOfAzureCli = (env: NodeJS.ProcessEnv): string | undefined => {
  if (findOnPath("az", env) === undefined) return undefined;
  const configDir = env["AZURE_CONFIG_DIR"] ?? join(env["HOME"] ?? homedir(), ".azure");
  const path = join(configDir, "bin", "bicep");
  return isExecutable(path) ? path : undefined;
};

const isOfVersion = (compiler: string, env: NodeJS.ProcessEnv): boolean => {
  const { stdout } = spawnSync(compiler, ["--version"], {
    env: compilerEnv(env),
    encoding: "utf8",
  });
  return stdout.includes(` ${BICEP_VERSION} `);
};

/**
 * Looks at `$BICEP`, at `bicep` on the PATH, at what `az bicep` runs, and last at the .NET SDK. One of
 * another version, which not `$BICEP` names, is taken only where the SDK cannot bring the right one.
 *
 * @returns undefined where there is neither a compiler nor a way to get one.
 * @throws {Error} when `$BICEP` is no program, or when the SDK cannot bring the compiler.
 */
export const findCompiler = (search: CompilerSearch): string | undefined => {
  const { env } = search;
  const named = env["BICEP"];
  if (named !== undefined && named !== "") {
    if (isExecutable(named)) return named;
    throw new Error(`BICEP names ${named}, which is not a program.`);
  }
  const installed = findOnPath("bicep", env) ?? compilerOfAzureCli(env);
  if (installed !== undefined && isOfVersion(installed, env)) return installed;
  const dotnet = findOnPath("dotnet", env);
  const packaged = process.platform === "linux" && process.arch === "x64";
  return dotnet !== undefined && packaged ? restoreCompiler(dotnet, search) : installed;
};
