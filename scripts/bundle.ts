import { basename } from "node:path";

import { type BuildOptions, type Plugin, build } from "esbuild";

import { sharedTracing, withoutUnused } from "./bundle-telemetry.ts";
import { declaredFunctions } from "./declared-functions.ts";

const FOLDER = "dist";

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

/** `@azure/storage-blob` becomes `azure-storage-blob.cjs`, `./handlers.ts` becomes `handlers.cjs`. */
const fileOf = (imported: string): string =>
  imported.endsWith(".ts")
    ? `${basename(imported, ".ts")}.cjs`
    : `${imported.replace("@", "").replace("/", "-")}.cjs`;

/**
 * Leaves out of a bundle what the sources load with `import()`: the handlers, what watches them, and each
 * package. Node reads and checks a file as a whole before it runs the first line: what is not needed to
 * register the functions must not be in the file that does.
 *
 * @param found is called for each, perhaps more than once.
 */
const apart = (found: (imported: string) => void): Plugin => ({
  name: "apart",
  setup: (bundler) => {
    const filter = /^(?:@azure\/|\.\/handlers\.ts$|\.\/.*\/application-insights\.ts$)/;
    bundler.onResolve({ filter }, ({ kind, path }) => {
      if (kind !== "dynamic-import") return undefined;
      found(path);
      return { path: `./${fileOf(path)}`, external: true };
    });
  },
});

interface Bundled {
  readonly file: string;
  readonly bytes: number;
}

const write = async (entryPoint: string, options: BuildOptions = {}): Promise<Bundled> => {
  const file = `${FOLDER}/${fileOf(entryPoint)}`;
  const { metafile } = await build({
    ...common,
    ...options,
    entryPoints: [entryPoint],
    outfile: file,
    metafile: true,
  });
  return { file, bytes: metafile.outputs[file]?.bytes ?? 0 };
};

/**
 * Bundles the application: `dist/main.cjs`, which registers the functions, `dist/handlers.cjs`, which is
 * what they do, `dist/application-insights.cjs`, which watches them, and a file for each package that is
 * loaded on first use. Overwrites what is there. Call it once in a process: what the functions are comes
 * from the sources as this process has them.
 */
export const bundle = async (): Promise<readonly Bundled[]> => {
  const packages = new Map<string, Promise<Bundled>>();
  const apartPackages = apart((name) => {
    if (!packages.has(name))
      packages.set(name, write(name, { sourcemap: false, plugins: [sharedTracing] }));
  });
  const define = { DECLARED_FUNCTIONS: JSON.stringify(declaredFunctions()) };
  const own = await Promise.all([
    write("src/main.ts", { define, plugins: [apart(() => undefined)] }),
    write("src/handlers.ts", { plugins: [apartPackages, sharedTracing] }),
    write("src/adapters/telemetry/application-insights.ts", {
      plugins: [apartPackages, withoutUnused, sharedTracing],
    }),
  ]);
  return [...own, ...(await Promise.all(packages.values()))];
};
