/** What the application tells, the page about it, and the queries of workbook and alerts name the same. */
import { globSync, readFileSync } from "node:fs";

import { METRICS } from "../../src/telemetry/metrics.ts";

const page = readFileSync("docs/telemetry.md", "utf8");

const sources = globSync("src/**/*.ts").map((file) => readFileSync(file, "utf8"));

/** Rows of the table below a heading, as their cells. */
const rowsBelow = (heading: string): readonly (readonly string[])[] => {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return own
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
};

const namesIn = (text = ""): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/gu)].map(([, name = ""]) => name);

const queries = [
  ...["infra/workbook.json", "infra/modules/alerts.bicep"].map((file) =>
    readFileSync(file, "utf8"),
  ),
  page.slice(page.indexOf("## Ten questions")),
];

const matchesIn = (pattern: RegExp): ReadonlySet<string> =>
  new Set(queries.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name)));

it("lists every figure with its kind, unit and labels", () => {
  const listed = rowsBelow("Figures").map(([name, kind, unit, labels]) => ({
    name: namesIn(name)[0],
    kind,
    unit: namesIn(unit)[0],
    labels: namesIn(labels),
  }));

  expect(listed).toEqual(
    Object.entries(METRICS).map(([name, { kind, unit, labels }]) => ({ name, kind, unit, labels })),
  );
});

it("lists every event that is logged, and no other", () => {
  const logged = sources.flatMap((text) =>
    [
      ...text.matchAll(
        /(?:log(?:Line|Failure)\(\s*[\w.]+,\s*|logError\(\s*|logEvent\(\{[^}]*event: )"([^"]+)"/gu,
      ),
    ].map(([, event = ""]) => event),
  );

  expect(logged.length).toBeGreaterThan(5);
  expect(new Set(rowsBelow("Events").flatMap(([event]) => namesIn(event)))).toEqual(
    new Set(logged),
  );
});

/** Given by the host and by SDKs. */
const NOT_OURS = new Set([
  "faas.invoked_name",
  "az.namespace",
  "messaging.operation",
  "net.peer.name",
]);

it("lists only attributes of spans that are told", () => {
  const attributes = rowsBelow("Spans").flatMap((row) => namesIn(row.at(-1)));

  const unknown = attributes.filter(
    (name) =>
      !NOT_OURS.has(name) &&
      !sources.some(
        (text) => text.includes(`"${name}"`) || new RegExp(`\\b${name}\\b[,:]`, "u").test(text),
      ),
  );

  expect(attributes.length).toBeGreaterThan(20);
  expect(unknown).toEqual([]);
});

it("asks, in workbook, alerts and page, for figures that there are", () => {
  const asked = matchesIn(
    /\\?"((?:stockroom|azure\.cosmosdb|db\.client|http\.(?:server|client))\.[\w.]+)\\?"/gu,
  );
  const known = new Set<string>(Object.keys(METRICS));

  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((name) => !known.has(name))).toEqual([]);
});

it("asks for labels and attributes that there are", () => {
  const asked = matchesIn(/customDimensions\[\\?"([^"\\]+)\\?"\]/gu);
  const known = new Set<string>([
    ...Object.values(METRICS).flatMap(({ labels }): readonly string[] => labels),
    ...rowsBelow("Spans").flatMap((row) => namesIn(row.at(-1))),
  ]);

  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((name) => !known.has(name))).toEqual([]);
});
