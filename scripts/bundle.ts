import { type BuildOptions, type Plugin, build } from "esbuild";

const FOLDER = "dist";

const common: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  sourcemap: "linked",
  minifySyntax: true,
  logLevel: "warning",
};

/** `@azure/storage-blob` becomes `azure-storage-blob.cjs`. */
const fileOf = (packageName: string): string =>
  `${packageName.replace("@", "").replace("/", "-")}.cjs`;

/**
 * Puts each package that the sources load with `import()` into a file of its own. Node reads and checks
 * a file as a whole before it runs the first line: what is not needed to register the functions must
 * not be in the file that does.
 */
const apart = (found: Set<string>): Plugin => ({
  name: "apart",
  setup: (bundler) => {
    bundler.onResolve({ filter: /^@azure\// }, ({ kind, path }) => {
      if (kind !== "dynamic-import") return undefined;
      found.add(path);
      return { path: `./${fileOf(path)}`, external: true };
    });
  },
});

/**
 * Bundles the application: `dist/main.cjs`, and beside it a file for each SDK that it loads on first
 * use. Takes some 0.5 s and overwrites what is there.
 *
 * @returns what was written, without source maps, and the size of `main.cjs`.
 */
export const bundle = async (): Promise<{ files: readonly string[]; bytes: number }> => {
  const packages = new Set<string>();
  const outfile = `${FOLDER}/main.cjs`;
  const main = await build({
    ...common,
    entryPoints: ["src/main.ts"],
    outfile,
    // The host supplies functions-core by patching require(); sharp ships native files.
    external: ["@azure/functions-core", "sharp"],
    plugins: [apart(packages)],
    metafile: true,
  });
  await Promise.all(
    [...packages].map((name) =>
      build({ ...common, entryPoints: [name], outfile: `${FOLDER}/${fileOf(name)}` }),
    ),
  );
  const files = [outfile, ...[...packages].map((name) => `${FOLDER}/${fileOf(name)}`)];
  return { files, bytes: main.metafile.outputs[outfile]?.bytes ?? 0 };
};
