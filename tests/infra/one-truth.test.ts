/** Settings and entities are declared in the code once; whatever else names them is compared with that. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import * as z from "zod";

import { settingsFor } from "../../local/settings.ts";
import { declaredData, settingDefaults } from "../../scripts/infra/declared.ts";
import { loadConfig } from "../../src/config.ts";
import { startLocalAzure } from "../helpers/local-azure.ts";
import { temporaryFolder } from "../helpers/program.ts";
import { at, ENVIRONMENTS, ofType, readSnapshot } from "./snapshot.ts";

const sampleSchema = z.strictObject({
  IsEncrypted: z.literal(false),
  Values: z.record(z.string(), z.string()),
});

const readSample = (): Readonly<Record<string, string>> =>
  sampleSchema.parse(JSON.parse(readFileSync("local.settings.sample.json", "utf8"))).Values;

const deployedSettings = (environment: string): Readonly<Record<string, string>> => {
  const [settings] = ofType(
    readSnapshot(environment).predictedResources,
    "Microsoft.Web/sites/config",
  );
  return z.record(z.string(), z.string()).parse(settings?.properties);
};

const defaults = settingDefaults();
const names = [...defaults.keys()];

/** `Name__…` says where the service `Name` is; the identity opens it. So it is only in Azure. */
const byIdentity = names.filter(
  (name) => name.includes("__") || name === "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
);
/** `Name` is a connection string where there is `Name__…` too. So it is only local. */
const byConnectionString = names.filter((name) =>
  byIdentity.some((other) => other.startsWith(`${name}__`)),
);
/** Another way of saying what a setting that is deployed says. */
const NOT_DEPLOYED = ["AzureWebJobsStorage__accountName"];

/** How the C library hands memory out: nothing of ours reads them. */
const C_LIBRARY = ["MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_"];

/** What the Functions host and the identity library read, and the application does not. */
const HOSTS_OWN = [
  "AZURE_CLIENT_ID",
  "AzureWebJobsStorage__credential",
  "AzureWebJobsStorage__queueServiceUri",
  "AzureWebJobsStorage__tableServiceUri",
  "Cosmos__credential",
  ...C_LIBRARY,
  "ServiceBus__credential",
];
/** The same, in the local settings. */
const HOSTS_OWN_LOCALLY = [
  "FUNCTIONS_WORKER_RUNTIME",
  // An instance in Azure has so little memory that it needs none.
  "NODE_OPTIONS",
  "OTEL_BLRP_SCHEDULE_DELAY",
  "OTEL_BSP_SCHEDULE_DELAY",
  "OTEL_METRIC_EXPORT_INTERVAL",
  "OTEL_SERVICE_NAME",
  ...C_LIBRARY,
];

/** What is known only once a resource is there: an address, or an id. */
const withAddresses = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      !value.startsWith("[")
        ? value
        : /(?:Uri|Endpoint|URL|ISSUER)$/i.test(name)
          ? "https://x.test/"
          : "x",
    ]),
  );

it.each([...declaredData()])(
  "infra/data/%s says what the code declares; `npm run infra` writes it",
  (name, text) => {
    expect(readFileSync(join("infra/data", name), "utf8")).toBe(text);
  },
);

describe("local.settings.sample.json", () => {
  it("has every setting but those for an identity, and no other", () => {
    const expected = new Set([
      ...names.filter((name) => !byIdentity.includes(name)),
      ...HOSTS_OWN_LOCALLY,
    ]);

    expect(new Set(Object.keys(readSample()))).toEqual(expected);
  });

  it("gives each setting the value that the application takes unless told", () => {
    const expected = [...defaults].filter(([, value]) => value !== undefined);

    expect(Object.entries(readSample())).toEqual(expect.arrayContaining(expected));
  });

  it("satisfies the application", () => {
    expect(() => loadConfig(readSample())).not.toThrow();
  });

  it("reaches the services that `npm run azure` starts, as the local start does", async () => {
    const folder = await temporaryFolder();
    const azure = await startLocalAzure({ dataDir: folder.path });
    const withoutPorts = (settings: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [
          name,
          value.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1"),
        ]),
      );

    const local = withoutPorts(settingsFor(azure.endpoints));
    await azure.stop();
    await folder.remove();

    expect(withoutPorts(readSample())).toMatchObject(local);
  }, 60_000);
});

describe.each(ENVIRONMENTS)("the settings deployed to %s", (environment) => {
  it("are all that the application has, and no other", () => {
    const expected = new Set([
      ...names.filter((name) => !byConnectionString.includes(name) && !NOT_DEPLOYED.includes(name)),
      ...HOSTS_OWN,
    ]);

    expect(new Set(Object.keys(deployedSettings(environment)))).toEqual(expected);
  });

  it("satisfy the application", () => {
    const settings = withAddresses(deployedSettings(environment));

    expect(() => loadConfig(settings)).not.toThrow();
  });
});

it("sends blob events to a function that the package has", async () => {
  const folder = await temporaryFolder();
  const out = join(folder.path, "functions.json");
  const endpoints = ENVIRONMENTS.map((environment) => {
    const [subscription] = readSnapshot(`${environment}.events`).predictedResources;
    return String(at(subscription?.properties, "destination", "properties", "endpointUrl"));
  });

  await promisify(execFile)(process.execPath, ["scripts/deploy/list-functions.ts", "--out", out]);
  const functions = z.array(z.string()).parse(JSON.parse(readFileSync(out, "utf8")));
  await folder.remove();

  const called = endpoints.map((endpoint) => /, '(\w+)', listKeys/.exec(endpoint)?.[1]);
  expect(functions).toEqual(expect.arrayContaining(["healthLive", ...called]));
});
