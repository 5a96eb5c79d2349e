import { existsSync, readFileSync } from "node:fs";

import * as z from "zod";

const PAGES = ["docs/deploy.md", "docs/operations.md"];

/** The command lines of a page that start the project's own programs. */
const commandsOf = (page: string): readonly string[] =>
  [...readFileSync(page, "utf8").matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.trim());

const commands = PAGES.flatMap(commandsOf);

it("names only programs that there are, with arguments that they know", () => {
  const pairs = commands.flatMap((line) => {
    const [, file = "", rest = ""] = /node (scripts\/\S+)(.*)/.exec(line) ?? [];
    return file === "" ? [] : [{ file, options: [...rest.matchAll(/ --([\w-]+)/g)] }];
  });

  const wrong = pairs.flatMap(({ file, options }) => {
    if (!existsSync(file)) return [file];
    const program = readFileSync(file, "utf8");
    return options
      .map(([, name = ""]) => name)
      .filter((name) => !new RegExp(`"?\\b${name}"?: \\{ type`).test(program));
  });

  expect(pairs.length).toBeGreaterThan(4);
  expect(wrong).toEqual([]);
});

it("names only scripts that package.json has", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync("package.json", "utf8")));

  const called = commands.flatMap((line) => /^npm run ([\w:]+)/.exec(line)?.[1] ?? []);

  expect(called).toContain("artifact");
  expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
});
