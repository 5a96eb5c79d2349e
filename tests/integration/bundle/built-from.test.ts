import { spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { isBuilt, recordBuild } from "../../../scripts/built-from.ts";
import { temporaryFolder } from "../../helpers/program.ts";

const FILES = {
  "src/adapters/store.ts": "export const size = 1;",
  "scripts/bundle.ts": "",
  "local.settings.sample.json": "{}",
  "package.json": "{}",
  "tsconfig.json": "{}",
  "node_modules/.package-lock.json": `{ "packages": { "esbuild": { "version": "1.0.0" } } }`,
};

describe("what a start finds built", () => {
  let root = "";
  let remove: () => Promise<void>;
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  };
  const build = async (): Promise<void> => {
    await write("dist/main.cjs", "main");
    await write("dist/handlers.cjs", "handlers");
  };

  beforeEach(async () => {
    ({ path: root, remove } = await temporaryFolder());
    for (const [file, content] of Object.entries(FILES)) await write(file, content);
  });
  afterEach(() => remove());

  it("is nothing before the first build", async () => {
    const built = await isBuilt(root);

    expect(built).toBe(false);
  });

  it("is all of it while nothing has changed", async () => {
    await recordBuild(build, root);

    const built = await isBuilt(root);

    expect(built).toBe(true);
  });

  it.each([
    ["a source", "src/adapters/store.ts"],
    ["a source that is new", "src/new.ts"],
    ["how sources are bundled", "scripts/bundle.ts"],
    ["an installed package", "node_modules/.package-lock.json"],
    ["a bundle", "dist/handlers.cjs"],
  ])("is not %s that has changed since", async (_, file) => {
    await recordBuild(build, root);
    await write(file, "changed");

    const built = await isBuilt(root);

    expect(built).toBe(false);
  });

  it("is not a bundle that is gone", async () => {
    await recordBuild(build, root);
    await rm(join(root, "dist/handlers.cjs"));

    const built = await isBuilt(root);

    expect(built).toBe(false);
  });

  it("is all of it again when a change is taken back", async () => {
    const source = "src/adapters/store.ts";
    await recordBuild(build, root);
    await write(source, "changed");
    await write(source, FILES[source]);

    const built = await isBuilt(root);

    expect(built).toBe(true);
  });

  it("is not a source that changed while the build ran", async () => {
    const slowBuild = async (): Promise<void> => {
      await build();
      await write("src/adapters/store.ts", "changed");
    };
    await recordBuild(slowBuild, root);

    const built = await isBuilt(root);

    expect(built).toBe(false);
  });

  it("is nothing after a build that failed", async () => {
    await recordBuild(build, root);
    const failing = recordBuild(() => Promise.reject(new Error("a syntax error")), root);
    await expect(failing).rejects.toThrow("a syntax error");

    const built = await isBuilt(root);

    expect(built).toBe(false);
  });

  it("is nothing after an install that could not build, and the install goes on", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [resolve("scripts/prepare.mjs")],
      { cwd: root, encoding: "utf8" },
    );

    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
  });
});
