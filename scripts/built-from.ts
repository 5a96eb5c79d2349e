/** Whether a build would write what is there already. Built-ins only: `npm start` asks before all else. */
import { createHash } from "node:crypto";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Of what the last build read and wrote. */
const RECORD = "dist/.built-from";

/** A build reads these besides `src/` and `scripts/`; the last says which packages are installed. */
const FILES = [
  "local.settings.sample.json",
  "package.json",
  "tsconfig.json",
  "node_modules/.package-lock.json",
];

const filesIn = async (folder: string, recursive: boolean): Promise<readonly string[]> =>
  (await readdir(folder, { recursive, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const digestOf = async (files: readonly string[]): Promise<string> => {
  const hash = createHash("sha256");
  const contents = await Promise.all(
    files.toSorted().map(async (file) => [file, await readFile(file)] as const),
  );
  for (const [file, content] of contents)
    hash.update(`${file}\n${content.length}\n`).update(content);
  return hash.digest("hex");
};

const digestOfSources = async (root: string): Promise<string> => {
  const found = await Promise.all(
    ["src", "scripts"].map((name) => filesIn(join(root, name), true)),
  );
  return digestOf([...FILES.map((file) => join(root, file)), ...found.flat()]);
};

const digestOfBundles = async (root: string): Promise<string> =>
  digestOf((await filesIn(join(root, "dist"), false)).filter((file) => file.endsWith(".cjs")));

/** Runs a build of the project in `root`. What changes while it runs counts as not built. */
export const recordBuild = async <T>(build: () => Promise<T>, root = "."): Promise<T> => {
  const sources = await digestOfSources(root);
  await rm(join(root, RECORD), { force: true });
  const result = await build();
  await writeFile(join(root, RECORD), `${sources} ${await digestOfBundles(root)}`);
  return result;
};

/** The bundles are as the last build wrote them, of the sources and packages as they are now. */
export const isBuilt = async (root = "."): Promise<boolean> => {
  const record = await readFile(join(root, RECORD), "utf8").catch(() => undefined);
  if (record === undefined) return false;
  return record === `${await digestOfSources(root)} ${await digestOfBundles(root)}`;
};
