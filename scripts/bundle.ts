import { rm, stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";

import { type BuildOptions, type Plugin, build } from "esbuild";

import type { DeclaredFunction } from "../src/functions/declared-function.ts";
import { sharedTracing, withoutUnused } from "./bundle-telemetry.ts";
import { declaredFunctions } from "./declared-functions.ts";

const INSIGHTS = "src/adapters/telemetry/application-insights.ts";

/** What an application that has just been started does not need for a while. */
const NEEDED_LATER = [
  "@azure/communication-email",
  "@azure/identity",
  "src/adapters/report-forms/render-report.ts",
];

const common: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  sourcemap: "linked",
  // A map leads to the line of a file; the file itself is in the repository.
  sourcesContent: false,
  minifySyntax: true,
  // The host supplies functions-core by patching require(); sharp ships native files.
  external: ["@azure/functions-core", "sharp"],
  // As require(): as a module, a file would be read twice.
  supported: { "dynamic-import": false },
  logLevel: "warning",
};

/** `@azure/storage-blob` becomes `azure-storage-blob.cjs`, `src/handlers.ts` becomes `handlers.cjs`. */
const nameOf = (entry: string): string =>
  isSource(entry)
    ? `${basename(entry, ".ts")}.cjs`
    : `${entry.replace("@", "").replace("/", "-")}.cjs`;

const isSource = (entry: string): boolean => entry.endsWith(".ts");

/**
 * Leaves out of a bundle what the sources load with `import()`, sources of their own and Azure's packages.
 * Node reads and checks a file as a whole before it runs the first line: what is not needed to register
 * the functions must not be in the file that does. Each file has its own copy of every module that it
 * imports, so no state and no class can be shared between two.
 *
 * @param found is called for each, perhaps more than once.
 */
const apart = (found: (entry: string) => void): Plugin => ({
  name: "apart",
  setup: (bundler) => {
    bundler.onResolve({ filter: /^@azure\/|\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const entry = isSource(path) ? relative(process.cwd(), join(resolveDir, path)) : path;
      found(entry);
      return { path: `./${nameOf(entry)}`, external: true };
    });
  },
});

/** Takes other sources in the place of some; these may import what they stand for. */
const standingIn = (standIns: Readonly<Record<string, string>>): Plugin => ({
  name: "standing-in",
  setup: (bundler) => {
    bundler.onResolve({ filter: /\.ts$/ }, ({ path, resolveDir, importer }) => {
      const standIn = standIns[relative(process.cwd(), join(resolveDir, path))];
      return standIn === undefined || importer === resolve(standIn)
        ? undefined
        : { path: resolve(standIn) };
    });
  },
});

interface Bundled {
  readonly file: string;
  readonly bytes: number;
}

const write = async (
  entry: string,
  { outfile, ...options }: BuildOptions & { readonly outfile: string },
): Promise<Bundled> => {
  await build({ ...common, ...options, entryPoints: [entry], outfile });
  return { file: outfile, bytes: (await stat(outfile)).size };
};

interface BundleOptions {
  /** `dist` unless told. */
  readonly folder?: string;
  /** What is bundled in the place of some sources, for a measurement. */
  readonly standIns?: Readonly<Record<string, string>>;
  readonly functions?: readonly DeclaredFunction[];
}

/**
 * Bundles the application: `dist/main.cjs`, which registers the functions, and a file for each thing that
 * is loaded later: `dist/handlers.cjs`, which is what the functions do, what watches them, and what few of
 * them use. Overwrites what is there. Call it once in a process: what the functions are comes from the
 * sources as this process has them.
 *
 * @param runnable is called once the application can be started with what is there; the rest follows.
 */
export const bundle = async (
  runnable?: () => void,
  { folder = "dist", standIns = {}, functions = declaredFunctions() }: BundleOptions = {},
): Promise<readonly Bundled[]> => {
  const bundles = new Map<string, Promise<Bundled>>();
  const later = new Set<string>();
  const outfileOf = (entry: string): string => join(folder, nameOf(entry));
  const define = { DECLARED_FUNCTIONS: JSON.stringify(functions) };
  const make = (entry: string): void => {
    if (bundles.has(entry)) return;
    const plugins = [
      sharedTracing,
      ...(isSource(entry) ? [standingIn(standIns), apart(find)] : []),
    ];
    // Almost all of it is a package, too.
    const isPackage = !isSource(entry) || entry === INSIGHTS;
    const options = {
      outfile: outfileOf(entry),
      ...(isPackage && { sourcemap: false }),
      plugins: entry === INSIGHTS ? [...plugins, withoutUnused] : plugins,
    };
    bundles.set(entry, write(entry, { ...options, define }));
  };
  const find = (entry: string): void => {
    if (NEEDED_LATER.includes(entry)) later.add(entry);
    else make(entry);
  };
  const made = async (): Promise<readonly Bundled[]> => {
    // Each may find others while it is made.
    let done: readonly Bundled[] = [];
    while (done.length < bundles.size) done = await Promise.all(bundles.values());
    return done;
  };
  make("src/main.ts");
  await made();
  // What an earlier build has left must not be taken for what is still to come.
  await Promise.all([...later].map((entry) => rm(outfileOf(entry), { force: true })));
  runnable?.();
  for (const entry of later) make(entry);
  return made();
};
