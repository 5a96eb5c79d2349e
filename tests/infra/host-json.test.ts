import { readFileSync } from "node:fs";

import { parse } from "yaml";
import * as z from "zod";

import { at, readSnapshot, ofType } from "./snapshot.ts";

const hostJson: unknown = JSON.parse(readFileSync("host.json", "utf8"));

/** Each value by the names that lead to it; of the extension bundle only which version. */
const leaves = (value: unknown, path: readonly string[] = []): readonly [string, string][] => {
  if (path[0] === "extensionBundle") return [[path.join("."), String(at(value, "version"))]];
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
    : [[path.join("."), value === "" ? "empty" : String(value)]];
};

/** The first two cells of the rows below a headline of the page, without their back quotes. */
const rowsBelow = (text: string): readonly [string, string][] =>
  [...text.matchAll(/^\| `([\w.]+)` +\| (.*?) +\|/gmu)].map(([, name = "", value = ""]) => [
    name,
    value.replaceAll("`", ""),
  ]);

describe("docs/host-json.md", () => {
  const [set = "", left = ""] = readFileSync("docs/host-json.md", "utf8").split("\n## ");

  it("explains host.json line by line, with the value that it has", () => {
    const explained = new Map(rowsBelow(set));

    expect(explained).toEqual(new Map(leaves(hostJson)));
  });

  it("says of what is left to the host only what host.json does not set", () => {
    const names = new Set(leaves(hostJson).map(([name]) => name));

    const both = rowsBelow(left).filter(([name]) => names.has(name));

    expect(rowsBelow(left).length).toBeGreaterThan(0);
    expect(both).toEqual([]);
  });
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
