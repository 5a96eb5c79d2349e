/**
 * `npm run package`: the deployment package, `dist/stockroom.zip`: the bundle, `host.json`, a
 * `package.json` whose only dependency is sharp, and sharp for linux-x64, whatever this machine is.
 */
import { createWriteStream } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";

import { ZipFile } from "yazl";
import * as z from "zod";

import { bundle } from "./bundle.ts";
import { run } from "./run.ts";

const STAGE = "dist/package";
const ZIP = "dist/stockroom.zip";
const MAX_BYTES = 25 * 1024 * 1024;

/** One fixed time for every entry: the same sources give the same bytes. */
const ENTRY_TIME = new Date("2020-01-01T00:00:00Z");

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.object({ sharp: z.string() }).loose(),
});

const stage = async (bundled: readonly string[]): Promise<void> => {
  await rm(STAGE, { recursive: true, force: true });
  await mkdir(join(STAGE, "dist"), { recursive: true });
  for (const file of [...bundled, "host.json"]) await cp(file, join(STAGE, file));
  const { name, version, dependencies } = packageSchema.parse(
    JSON.parse(await readFile("package.json", "utf8")),
  );
  const manifest = {
    name,
    version,
    private: true,
    main: "dist/main.cjs",
    dependencies: { sharp: dependencies.sharp },
  };
  await writeFile(join(STAGE, "package.json"), JSON.stringify(manifest, undefined, 2));
  const target = ["--os=linux", "--cpu=x64", "--libc=glibc"];
  const quiet = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", ...target, ...quiet], { cwd: STAGE });
  await rm(join(STAGE, "package-lock.json"), { force: true });
  await rm(join(STAGE, "node_modules/.package-lock.json"), { force: true });
};

const zip = async (): Promise<number> => {
  const file = new ZipFile();
  const entries = await readdir(STAGE, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.toSorted((one, other) => (one < other ? -1 : 1))) {
    file.addFile(path, relative(STAGE, path), { mtime: ENTRY_TIME, mode: 0o100644 });
  }
  file.end();
  await pipeline(file.outputStream, createWriteStream(ZIP));
  return paths.length;
};

const bundled = await bundle();
await stage(bundled.map(({ file }) => file));
const files = await zip();
const { size } = await stat(ZIP);
console.log(`${ZIP} ${(size / 1024 / 1024).toFixed(1)} MB, ${files} files`);
if (size > MAX_BYTES) {
  console.error(`The package is larger than ${MAX_BYTES / 1024 / 1024} MB.`);
  process.exit(1);
}
