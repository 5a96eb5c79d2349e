import { readFileSync } from "node:fs";

import { parse } from "yaml";
import * as z from "zod";

import { at, readSnapshot, ofType } from "./snapshot.ts";

const hostJson: unknown = JSON.parse(readFileSync("host.json", "utf8"));

/** The names that lead to each value, without those that only say which bundle. */
const leaves = (value: unknown, path: readonly string[] = []): readonly string[] =>
  typeof value === "object" && value !== null && path[0] !== "extensionBundle"
    ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
    : [path.join(".")];

it("is explained line by line in docs/host-json.md", () => {
  const page = readFileSync("docs/host-json.md", "utf8");

  const missing = leaves(hostJson).filter((name) => !page.includes(`\n| \`${name}\` `));

  expect(missing).toEqual([]);
});

it.each(["dev", "staging", "production"])(
  "lets an instance answer as many requests at once as the plan of %s sends it",
  (environment) => {
    const [site] = ofType(readSnapshot(environment).predictedResources, "Microsoft.Web/sites");
    const sent = at(
      site?.properties,
      "functionAppConfig",
      "scaleAndConcurrency",
      "triggers",
      "http",
      "perInstanceConcurrency",
    );

    expect(at(hostJson, "extensions", "http", "maxConcurrentRequests")).toBe(sent);
  },
);

it("is packaged by azd from where the package is staged", () => {
  const azd = z
    .object({
      infra: z.object({ path: z.string(), module: z.string() }),
      services: z.object({ api: z.object({ dist: z.string(), host: z.literal("function") }) }),
    })
    .parse(parse(readFileSync("azure.yaml", "utf8")));

  const template = readFileSync(`${azd.infra.path}/${azd.infra.module}.bicep`, "utf8");

  expect(azd.services.api.dist).toBe("dist/package");
  expect(template).toContain("targetScope = 'subscription'");
});
