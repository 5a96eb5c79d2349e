import { build } from "esbuild";

/**
 * Bundles the application. Takes some 0.3 s and overwrites what is there.
 *
 * @returns the size of the bundle, without its source map.
 */
export const bundle = async (): Promise<{ bytes: number }> => {
  const outfile = "dist/main.cjs";
  const result = await build({
    entryPoints: ["src/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // The host supplies functions-core by patching require(); sharp ships native files.
    external: ["@azure/functions-core", "sharp"],
    sourcemap: "linked",
    minifySyntax: true,
    keepNames: true,
    metafile: true,
    logLevel: "warning",
  });
  return { bytes: result.metafile.outputs[outfile]?.bytes ?? 0 };
};
