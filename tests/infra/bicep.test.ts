import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import {
  parameterFiles,
  runCompiler,
  SNAPSHOTS_DIR,
  takeSnapshots,
  withCopyOfInfra,
} from "../../scripts/infra/snapshots.ts";
import { describeWithCompiler } from "./compiler.ts";

jest.setTimeout(180_000);

const filesEnding = (ending: string): readonly string[] =>
  readdirSync("infra", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(ending),
  );

const configSchema = z.strictObject({
  analyzers: z.strictObject({
    core: z.strictObject({
      enabled: z.literal(true),
      rules: z.record(z.string(), z.strictObject({ level: z.literal("error") })),
    }),
  }),
});

it("makes every rule of the linter an error", () => {
  const config: unknown = JSON.parse(readFileSync("infra/bicepconfig.json", "utf8"));

  const { rules } = configSchema.parse(config).analyzers.core;

  expect(Object.keys(rules).length).toBeGreaterThanOrEqual(53);
});

it("switches a rule off only in one line, with the reason beside", () => {
  const directives = filesEnding(".bicep").flatMap((file) =>
    readFileSync(join("infra", file), "utf8")
      .split("\n")
      .filter((line) => /#disable/.test(line)),
  );

  const bare = directives.filter((line) => !/#disable-next-line [\w-]+ \/\/ \w/.test(line));

  expect(bare).toEqual([]);
});

describeWithCompiler("the real compiler", (compiler) => {
  it("compiles every Bicep file without a word; also a cache, which no environment has, takes no key", async () => {
    const { said, cache } = await withCopyOfInfra(async (folder) => ({
      said: await runCompiler(compiler, ["build", "--pattern", "./**/*.bicep"], folder),
      cache: await readFile(join(folder, "modules", "cache.json"), "utf8"),
    }));

    expect(said).toBe("");
    expect(cache).toMatch(
      /"accessKeysAuthentication": "Disabled",\s+"clientProtocol": "Encrypted"/u,
    );
  });

  it("notices what the linter forbids", async () => {
    const compile = withCopyOfInfra(async (folder) => {
      await writeFile(join(folder, "modules", "unused.bicep"), "param unused string\n");
      return runCompiler(compiler, ["build", "modules/unused.bicep"], folder);
    });

    await expect(compile).rejects.toThrow(/Error no-unused-params/);
  });

  it("builds also the parameter file that has no snapshot without a word", async () => {
    const said = await withCopyOfInfra((folder) =>
      runCompiler(compiler, ["build-params", "azd/main.bicepparam"], folder),
    );

    expect(said).toBe("");
  });

  it("predicts for each environment without a word what its snapshot says; `npm run infra` writes it again", async () => {
    const taken = await takeSnapshots(compiler);

    const kept = new Map(
      (await parameterFiles()).map((name) => [
        name,
        readFileSync(join(SNAPSHOTS_DIR, `${name}.json`), "utf8"),
      ]),
    );
    expect(taken).toEqual(kept);
    expect(readdirSync(SNAPSHOTS_DIR)).toHaveLength(kept.size);
  });
});
