import { OPERATION_RULES } from "./operation-rules.ts";
import { ACCESS_RULES } from "./rules.ts";
import { at, ENVIRONMENTS, ofType, readSnapshot } from "./snapshot.ts";

const RULES = [...ACCESS_RULES, ...OPERATION_RULES];

describe.each(ENVIRONMENTS)("in %s", (environment) => {
  it.each(RULES)("$name", ({ check }) => {
    const { predictedResources } = readSnapshot(environment);

    const violations = check(predictedResources);

    expect(violations).toEqual([]);
  });
});

it.each(RULES)("sees what breaks the rule: $name", ({ check, violate }) => {
  const { predictedResources } = readSnapshot("dev");
  violate(predictedResources);

  const violations = check(predictedResources);

  expect(violations).not.toEqual([]);
});

it("runs on the Flex Consumption plan, as an identity, and is replaced instance by instance", () => {
  const { predictedResources } = readSnapshot("production");
  const [plan] = ofType(predictedResources, "Microsoft.Web/serverfarms");
  const [site] = ofType(predictedResources, "Microsoft.Web/sites");
  const config = site?.properties?.["functionAppConfig"];

  expect(at(plan, "sku")).toEqual({ name: "FC1", tier: "FlexConsumption" });
  expect(at(site, "identity", "type")).toBe("UserAssigned");
  expect(at(config, "runtime", "name")).toBe("node");
  expect(at(config, "deployment", "storage", "authentication", "type")).toBe(
    "UserAssignedIdentity",
  );
  expect(at(config, "siteUpdateStrategy", "type")).toBe("RollingUpdate");
});

it("makes a network and a cache only where their parameters say so", () => {
  const made = ENVIRONMENTS.map((environment) => {
    const { predictedResources } = readSnapshot(environment);
    return [
      ofType(predictedResources, "Microsoft.Network/virtualNetworks").length,
      ofType(predictedResources, "Microsoft.Cache/redisEnterprise").length,
    ];
  });

  expect(made).toEqual([
    [0, 0],
    [1, 0],
    [1, 0],
  ]);
});

it("gives the pipeline the site, its address and its audience, and nothing else", () => {
  const outputs = ENVIRONMENTS.map((environment) => Object.keys(readSnapshot(environment).outputs));

  expect(outputs).toEqual(ENVIRONMENTS.map(() => ["apiAudience", "baseUrl", "siteName"]));
});

it.each(ENVIRONMENTS)("keeps blob events of %s that could not be delivered", (environment) => {
  const [subscription] = readSnapshot(`${environment}.events`).predictedResources;
  const { predictedResources } = readSnapshot(environment);
  const [account] = ofType(predictedResources, "Microsoft.Storage/storageAccounts");
  const containers = ofType(
    predictedResources,
    "Microsoft.Storage/storageAccounts/blobServices/containers",
  ).map(({ name }) => name.split("/").at(-1));
  const deadLetters = at(
    subscription?.properties,
    "deadLetterWithResourceIdentity",
    "deadLetterDestination",
    "properties",
  );

  expect(at(deadLetters, "resourceId")).toBe(account?.id);
  expect(containers).toContain(at(deadLetters, "blobContainerName"));
});
