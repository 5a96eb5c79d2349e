/** `dist/main.cjs` registers functions that the build has worked out, and loads the rest after that. */
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { build } from "esbuild";

import { SAMPLE_SETTINGS } from "../../helpers/application.ts";
import { temporaryFolder } from "../../helpers/program.ts";

const SCHEDULE = "0 0 4 * * *";

/** Registers what the sources declare the plain way: with the library, all at once. */
const PLAIN = `
import { app } from "@azure/functions";
import { loadConfig } from "./src/config.ts";
import { registerFunctions } from "./src/functions/register.ts";
import { buildApplication } from "./src/wiring.ts";
registerFunctions(app, buildApplication(loadConfig(process.env)));
`;

const load = async (file: string, settings: Record<string, string> = SAMPLE_SETTINGS) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["tests/helpers/fixtures/print-functions.ts", file],
    { env: { PATH: process.env["PATH"], ...settings } },
  );
  return stdout;
};

describe("dist/main.cjs", () => {
  it("registers what the sources declare, to the letter", async () => {
    const folder = await temporaryFolder();
    const plain = join(folder.path, "plain.cjs");
    await build({
      stdin: { contents: PLAIN, resolveDir: "." },
      outfile: plain,
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["@azure/functions-core", "sharp", "echarts"],
      logLevel: "error",
    });

    const declared = await load(plain);
    const schedules = [...declared.matchAll(/%(?<name>\w+_SCHEDULE)%/gu)].map(
      ({ groups }): [string, string] => [groups?.["name"] ?? "", SCHEDULE],
    );
    const registered = await load("dist/main.cjs", {
      ...SAMPLE_SETTINGS,
      ...Object.fromEntries(schedules),
    });
    await folder.remove();

    expect(schedules.length).toBeGreaterThan(1);
    expect(JSON.parse(registered)).toEqual(
      JSON.parse(declared.replaceAll(/%\w+_SCHEDULE%/gu, SCHEDULE)),
    );
  }, 30_000);

  it("has nothing large in what a start and a first call wait for", () => {
    const kib = (file: string): number => statSync(file).size / 1024;

    expect(kib("dist/main.cjs")).toBeLessThan(350);
    expect(kib("dist/handlers.cjs")).toBeLessThan(900);
  });

  it("refuses wrong settings before it registers anything", async () => {
    const loading = load("dist/main.cjs", { ...SAMPLE_SETTINGS, ENTRA_ISSUER: "nowhere" });

    await expect(loading).rejects.toThrow(
      /Invalid application settings:\s+ENTRA_ISSUER: Invalid URL/u,
    );
  });

  it("ends the process when what the functions do cannot be loaded", async () => {
    const folder = await temporaryFolder();
    const alone = join(folder.path, "main.cjs");
    await cp("dist/main.cjs", alone);

    const loading = load(alone);

    await expect(loading).rejects.toThrow(/Cannot find module '.*handlers\.cjs'/u);
    await folder.remove();
  });
});
