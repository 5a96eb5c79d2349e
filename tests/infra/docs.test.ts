/** What the pages name is there. That their commands run is tested in `tests/e2e/docs.test.ts`. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as z from "zod";

import { ENVIRONMENTS, readSnapshot } from "./snapshot.ts";

const PAGES = ["README.md", ...globSync("docs/*.md")];

const pages = PAGES.map((page) => ({ page, text: readFileSync(page, "utf8") }));

const allMatches = (pattern: RegExp) =>
  pages.flatMap(({ page, text }) =>
    [...text.matchAll(pattern)].map((match) => ({ page, match, at: `${page}: ${match[0]}` })),
  );

it("names only programs that there are, with arguments that they know", () => {
  const programs = allMatches(/node (scripts\/[^\s`]+)([^\n`]*)/gu);

  const wrong = programs.filter(({ match: [, file = "", rest = ""] }) => {
    if (!existsSync(file)) return true;
    const program = readFileSync(file, "utf8");
    return [...rest.matchAll(/ --([\w-]+)/gu)].some(
      ([, name = ""]) => !new RegExp(`"?\\b${name}"?: \\{ type`, "u").test(program),
    );
  });

  expect(programs.length).toBeGreaterThan(4);
  expect(wrong.map(({ at }) => at)).toEqual([]);
});

it("names only scripts that package.json has, and benchmarks that there are", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync("package.json", "utf8")));

  const scriptsNamed = allMatches(/npm run (?:--silent )?([\w:]+)/gu);
  const benchmarks = allMatches(/npm run bench -- ([a-z][\w-]*)/gu);

  expect(scriptsNamed.map(({ match }) => match[1])).toContain("artifact");
  expect(benchmarks.map(({ match }) => match[1])).toContain("cold-start");
  const wrong = [
    ...scriptsNamed.filter(({ match }) => scripts[match[1] ?? ""] === undefined),
    ...benchmarks.filter(({ match }) => !existsSync(`bench/${match[1]}.ts`)),
  ];
  expect(wrong.map(({ at }) => at)).toEqual([]);
});

it("links only to files that there are", () => {
  const links = allMatches(/\]\((?!https?:)([^)#\s]+)[^)]*\)/gu);

  const broken = links.filter(
    ({ page, match }) => !existsSync(join(dirname(page), match[1] ?? "")),
  );

  expect(links.length).toBeGreaterThan(5);
  expect(broken.map(({ at }) => at)).toEqual([]);
});

it("leads from the README to every page", () => {
  const readme = readFileSync("README.md", "utf8");

  expect(PAGES.filter((page) => page !== "README.md" && !readme.includes(`](${page})`))).toEqual(
    [],
  );
});

it("names only files of the repository that there are", () => {
  const files = allMatches(
    /`((?:src|docs|infra|local|pipelines|scripts|tests|samples)\/[\w./-]+)`/gu,
  );

  expect(files.length).toBeGreaterThan(10);
  expect(files.filter(({ match }) => !existsSync(match[1] ?? "")).map(({ at }) => at)).toEqual([]);
});

it("registers every resource provider that an environment needs, and no other", () => {
  const guide = readFileSync("docs/deploy.md", "utf8");
  const registered = /for provider in (.*?);/u.exec(guide)?.[1]?.split(" ") ?? [];

  const needed = new Set(
    ENVIRONMENTS.flatMap((environment) =>
      [environment, `${environment}.events`].flatMap((name) =>
        readSnapshot(name).predictedResources.map(({ type }) => type.split("/")[0] ?? ""),
      ),
    ),
  );
  // Role assignments: every subscription has it. A cache, and the environment of a Flex site's network.
  needed.delete("Microsoft.Authorization");
  for (const unseen of ["Microsoft.Cache", "Microsoft.App"]) needed.add(unseen);

  expect(new Set(registered)).toEqual(needed);
});
