import { existsSync, readFileSync } from "node:fs";

import * as z from "zod";

import { expandPipeline } from "./pipeline-expansion.ts";
import { commandOf, pipelineSchema, type Stage, stepsOf } from "./pipeline-schema.ts";
import { ENVIRONMENTS } from "./snapshot.ts";

const { stages, ...pipeline } = pipelineSchema.parse(expandPipeline());

const stage = (name: string): Stage => {
  const found = stages.find((one) => one.stage === name);
  if (found === undefined) throw new Error(`There is no stage ${name}.`);
  return found;
};
const titles = (name: string): readonly (string | undefined)[] =>
  stepsOf(stage(name)).map(({ displayName }) => displayName);
const commands = stages.flatMap((one) => stepsOf(one).flatMap((step) => commandOf(step) ?? []));

it("builds once, shows pull requests what would change, and deploys one environment after the other", () => {
  const order = stages.map(({ stage: name, dependsOn }) => [name, dependsOn]);

  expect(pipeline.trigger.branches.include).toEqual(["main"]);
  expect(order).toEqual([
    ["Build", undefined],
    ["What_if", "Build"],
    ["Deploy_dev", "Build"],
    ["Deploy_staging", "Deploy_dev"],
    ["Deploy_production", "Deploy_staging"],
  ]);
});

it("builds only in a pull request, and deploys only what is on main", () => {
  const conditions = stages.map(({ condition }) => condition ?? "");

  expect(conditions[1]).toContain("eq(variables['Build.Reason'], 'PullRequest')");
  for (const condition of conditions.slice(2)) {
    expect(condition).toContain("ne(variables['Build.Reason'], 'PullRequest')");
    expect(condition).toContain("eq(variables['Build.SourceBranch'], 'refs/heads/main')");
  }
});

it("checks, tests, compiles, packages and lists what is in the package", () => {
  expect(titles("Build")).toEqual([
    undefined,
    "Node 24",
    "Cache of packages",
    "Packages",
    "Static checks",
    "Tests",
    "Publish test results",
    "Publish coverage",
    "Bicep",
    "Package",
    "List of functions, bill of materials",
    "Publish package",
  ]);
});

it.each(ENVIRONMENTS)(
  "brings to %s the package that was built, with the last good one at hand",
  (environment) => {
    const [job] = stage(`Deploy_${environment}`).jobs;
    const lastGood = stepsOf(stage(`Deploy_${environment}`)).find(
      ({ displayName }) => displayName === "Last good package",
    );

    expect(job).toMatchObject({ environment: `stockroom-${environment}` });
    expect(titles(`Deploy_${environment}`).slice(4)).toEqual([
      "This package",
      "Last good package",
      "What if",
      "Infrastructure",
      "Release",
      "Remember as good",
    ]);
    expect(lastGood).toMatchObject({
      continueOnError: true,
      inputs: { tags: `deployed-${environment}` },
    });
  },
);

it("runs only programs and parameter files that there are", () => {
  const files = commands
    .flatMap((command) => command.split(/\s+/))
    .filter((word) => /\.(?:ts|bicep|bicepparam)$/.test(word));

  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

it("runs only scripts that package.json has", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync("package.json", "utf8")));

  const called = commands.flatMap((command) => /^npm run ([\w:]+)/.exec(command)?.[1] ?? []);

  expect(called).toEqual(["check", "test:ci", "package", "artifact"]);
  expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
});

it("gives programs only arguments that they know", async () => {
  const given = commands
    .filter((command) => command.startsWith("node scripts/deploy/"))
    .map((command) => ({
      program: readFileSync(command.split(" ")[1] ?? "", "utf8"),
      names: [...command.matchAll(/ --([\w-]+)/g)].map(([, name]) => name ?? ""),
    }));

  const unknown = given.flatMap(({ program, names }) =>
    names.filter((name) => !new RegExp(`"?\\b${name}"?: \\{ type`).test(program)),
  );

  expect(given.length).toBeGreaterThan(6);
  expect(unknown).toEqual([]);
});

it("stores no secret: nothing but an identity signs in", () => {
  const whole = JSON.stringify(stages);

  expect(whole).not.toMatch(
    /password|secret|token|\$\((?!Agent\.|Pipeline\.|System\.|siteName|baseUrl|apiAudience)/i,
  );
});
