import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type AzScript, fakeAz, type FakeAz } from "../helpers/fake-az.ts";

jest.setTimeout(60_000);

let az: FakeAz | undefined;

const withAz = async (script: AzScript): Promise<FakeAz> => {
  az = await fakeAz(script);
  return az;
};

afterEach(async () => {
  await az?.remove();
  az = undefined;
});

const FUNCTIONS = ["createProduct", "processUpload", "runJobs"];
const listing = (...names: readonly string[]) => ({
  stdout: names.map((name) => ({
    name: `func-stockroom/${name}`,
    type: "Microsoft.Web/sites/functions",
  })),
});
const DEPLOYED = { stdout: { properties: { provisioningState: "Succeeded", outputs: null } } };

const GOOD_SCRIPT: AzScript = {
  "functionapp deployment source config-zip": [{ stdout: null }],
  "functionapp function list": [listing(), listing("createProduct"), listing(...FUNCTIONS)],
  "deployment group create": [DEPLOYED],
  "account get-access-token": [{ stdout: { accessToken: "a-token", tokenType: "Bearer" } }],
};

/** The token must have come through the environment; the package must be the one that is called good. */
const SMOKE_TEST = `
import { readFileSync } from "node:fs";
const deployed = readFileSync(process.env.AZ_CALLS, "utf8").split("\\n").filter((line) => line.includes("config-zip"));
const good = deployed.at(-1).includes(process.env.GOOD_PACKAGE) && process.env.ACCESS_TOKEN === "a-token";
console.log("smoke test of", process.argv[2], good ? "passed" : "failed");
process.exitCode = good ? 0 : 1;
`;

const argumentsOf = (options: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);

const artifact = async (folder: string, name: string): Promise<string> => {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, "stockroom.zip"), "");
  await writeFile(join(path, "functions.json"), JSON.stringify(FUNCTIONS));
  return path;
};

const release = async (
  fake: FakeAz,
  options: { goodPackage: "next" | "last"; previous?: boolean; timeoutSeconds?: string },
) => {
  const smokeTest = join(fake.folder, "smoke.mjs");
  await writeFile(smokeTest, SMOKE_TEST);
  const args = argumentsOf({
    group: "rg-stockroom",
    site: "func-stockroom",
    "base-url": "https://func-stockroom.test",
    artifact: await artifact(fake.folder, "next"),
    previous: options.previous === false ? "none" : await artifact(fake.folder, "last"),
    events: "infra/environments/dev.events.bicepparam",
    audience: "api://stockroom-dev",
    "smoke-test": smokeTest,
    "timeout-seconds": options.timeoutSeconds ?? "30",
    "interval-seconds": "0.01",
  });
  const outcome = await fake.run("scripts/deploy/release.ts", args, {
    GOOD_PACKAGE: `/${options.goodPackage}/`,
  });
  const packages = (await fake.calls())
    .filter((call) => call.includes("config-zip"))
    .map((call) => /\/(\w+)\/stockroom\.zip/.exec(call)?.[1]);
  return { ...outcome, packages };
};

describe("a release", () => {
  it("brings the package, waits for its functions, subscribes to events, and tests", async () => {
    const fake = await withAz(GOOD_SCRIPT);

    const { exitCode, output } = await release(fake, { goodPackage: "next" });

    const calls = await fake.calls();
    expect(output).toContain("smoke test of https://func-stockroom.test passed");
    expect(output).not.toContain("a-token");
    expect(exitCode).toBe(0);
    expect(calls.map((call) => call.split(" ").slice(0, 3).join(" "))).toEqual([
      "functionapp deployment source",
      "functionapp function list",
      "functionapp function list",
      "functionapp function list",
      "deployment group create",
      "account get-access-token --resource",
    ]);
  });

  it("puts the last good package back when the smoke test fails, and still fails", async () => {
    const fake = await withAz(GOOD_SCRIPT);

    const { exitCode, output, packages } = await release(fake, { goodPackage: "last" });

    expect(packages).toEqual(["next", "last"]);
    expect(output).toContain("The package before it is back, and works.");
    expect(exitCode).toBe(1);
  });

  it("says so when there is no package to put back", async () => {
    const fake = await withAz(GOOD_SCRIPT);

    const { exitCode, output, packages } = await release(fake, {
      goodPackage: "last",
      previous: false,
    });

    expect(packages).toEqual(["next"]);
    expect(output).toContain("There is no package before this one to put back.");
    expect(exitCode).toBe(1);
  });

  it("gives up on a host that never lists all functions, says which, and puts the last good package back", async () => {
    const fake = await withAz({
      ...GOOD_SCRIPT,
      "functionapp function list": [listing("createProduct", "runJobs")],
    });

    const { exitCode, output, packages } = await release(fake, {
      goodPackage: "next",
      timeoutSeconds: "0.2",
    });

    expect(output).toContain("lists 2 of 3 functions after 0.2 s. Missing: processUpload");
    expect(output).toContain("The package before it could not be put back");
    expect(packages).toEqual(["next", "last"]);
    expect(exitCode).toBe(1);
  });

  it("repeats what the Azure CLI said of a failed deployment", async () => {
    const fake = await withAz({
      ...GOOD_SCRIPT,
      "functionapp deployment source config-zip": [{ error: "InaccessibleStorageException" }],
    });

    const { exitCode, output } = await release(fake, { goodPackage: "next" });

    expect(output).toContain("InaccessibleStorageException");
    expect(exitCode).toBe(1);
  });
});

const change = (changeType: string, name: string) => ({
  changeType,
  resourceId: `/subscriptions/0/resourceGroups/rg-stockroom/providers/Microsoft.Storage/storageAccounts/${name}`,
  ...(changeType === "Modify" && {
    delta: [{ path: "properties.minimumTlsVersion", propertyChangeType: "Modify" }],
  }),
});
const WHAT_IF = argumentsOf({
  group: "rg-stockroom",
  parameters: "infra/environments/dev.bicepparam",
});

describe("a what-if", () => {
  it("shows what would change, and nothing else", async () => {
    const fake = await withAz({
      "deployment group what-if": [
        {
          stdout: {
            changes: [change("Create", "new"), change("Modify", "old"), change("Ignore", "other")],
          },
        },
      ],
    });

    const { exitCode, output } = await fake.run("scripts/deploy/what-if.ts", WHAT_IF);

    expect(output).toContain("+ Create Microsoft.Storage/storageAccounts/new");
    expect(output).toContain("Modify properties.minimumTlsVersion");
    expect(output).not.toContain("other");
    expect(exitCode).toBe(0);
  });

  it("stops when the deployment would delete something", async () => {
    const fake = await withAz({
      "deployment group what-if": [{ stdout: { changes: [change("Delete", "precious")] } }],
    });

    const { exitCode, output } = await fake.run("scripts/deploy/what-if.ts", WHAT_IF);

    expect(output).toContain("The deployment would delete:");
    expect(output).toContain("storageAccounts/precious");
    expect(exitCode).toBe(1);
  });

  it("lets a deletion pass that is named", async () => {
    const precious = change("Delete", "precious");
    const fake = await withAz({
      "deployment group what-if": [{ stdout: { changes: [precious] } }],
    });

    const { exitCode } = await fake.run("scripts/deploy/what-if.ts", [
      ...WHAT_IF,
      "--allow-delete",
      precious.resourceId,
    ]);

    expect(exitCode).toBe(0);
  });
});

it("hands the outputs of the infrastructure on to the pipeline", async () => {
  const outputs = { siteName: { type: "String", value: "func-stockroom" } };
  const fake = await withAz({
    "deployment group create": [{ stdout: { properties: { outputs } } }],
  });

  const { exitCode, output } = await fake.run("scripts/deploy/infrastructure.ts", WHAT_IF, {
    TF_BUILD: "True",
  });

  expect(output).toContain("##vso[task.setvariable variable=siteName]func-stockroom");
  expect(exitCode).toBe(0);
});

it("names an argument that was left out", async () => {
  const fake = await withAz({});

  const { exitCode, output } = await fake.run("scripts/deploy/infrastructure.ts", []);

  expect(output).toContain("--group is missing");
  expect(exitCode).toBe(1);
});
