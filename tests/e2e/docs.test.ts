/** The commands of the pages, as they stand there: they run, and give what the pages show. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

import { seed } from "../../local/seed.ts";
import { welcome } from "../../local/welcome.ts";
import { type AzScript, fakeAz } from "../helpers/fake-az.ts";
import { type Example, examplesOf } from "../helpers/page.ts";
import { temporaryFolder } from "../helpers/program.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";

jest.setTimeout(180_000);

const PAGES = ["README.md", ...globSync("docs/*.md").toSorted()];

/** What no test runs from a page, and why. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^(?:\w+=\S+ )*npm start/u, "starts everything on fixed ports, and does not end"],
  [/^npm run azure/u, "the same"],
  [/^npm run demo$/u, "asks for all that npm start starts; the last test runs it"],
  [/^npm (?:test|ci)\b/u, "is what runs this test, or came before it"],
  [/^npm run (?:package|artifact)\b/u, "needs the registry; the pipeline runs it"],
  [/^azd\b/u, "only Azure has an answer"],
];

const isRun = (line: string): boolean => NOT_RUN.every(([pattern]) => !pattern.test(line));

/** Without the lines that are not run. */
const runnable = (example: Example): Example => ({
  ...example,
  text: example.text.split("\n").filter(isRun).join("\n"),
});

/** Speaks to Azure: a fake `az` answers. */
const isForAzure = ({ text: commands, page }: Example): boolean =>
  /\baz \w/u.test(commands) || ["docs/deploy.md", "docs/operations.md"].includes(page);

let stockroom: LocalStockroom;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  [stockroom, folder] = await Promise.all([startLocalStockroom(), temporaryFolder()]);
  const token = await stockroom.token({ roles: ["editor"] });
  await seed({ api: `${stockroom.url}/api`, authorization: `Bearer ${token}` });
});

afterAll(async () => {
  await stockroom.stop();
  await folder.remove();
});

const portOf = (url: string | undefined): string => new URL(url ?? "").port;

/** The commands, for where the application is in this test instead of where `npm start` puts it. */
const here = (commands: string): string => {
  const { serviceBusAdmin } = stockroom.azure().endpoints;
  return commands
    .replaceAll("http://127.0.0.1:7071", stockroom.url)
    .replaceAll("127.0.0.1:5300", `127.0.0.1:${portOf(serviceBusAdmin)}`)
    .replaceAll(".local/", `${folder.path}/`);
};

const MARK = "=== next ===";

/** Runs the commands of one page in one shell, which stops at the first that fails. */
const runInShell = async (
  examples: readonly Example[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> => {
  const script = examples.map(({ text: commands }) => `${here(commands)}\necho '${MARK}'`);
  const child = spawn("bash", ["-c", ["set -eu -o pipefail", ...script].join("\n")], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ISSUER_PORT: portOf(stockroom.azure().endpoints["issuer"]), ...env },
  });
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  const printed = stdout.split(`${MARK}\n`);
  // A failure inside of `$(…)` does not always stop the shell.
  if (child.exitCode !== 0 || /unbound variable|command not found/u.test(stderr)) {
    const failed = examples[Math.min(printed.length, examples.length) - 1];
    throw new Error(`${failed?.page} fails at:\n${failed?.text}\n${printed.at(-1)}\n${stderr}`);
  }
  return printed.slice(0, -1);
};

/** What differs from run to run, and how JSON is laid out, does not count. */
const comparable = (output: string): string =>
  output
    .replaceAll(stockroom.url, "http://127.0.0.1:7071")
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gu, "UUID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, "INSTANT")
    .replaceAll(/\s+/gu, "");

const expectAsShown = async (examples: readonly Example[]): Promise<void> => {
  const printed = await runInShell(examples);

  const compared = examples.flatMap(({ shown, text: commands }, index) =>
    shown === undefined ? [] : [{ commands, shown, printed: printed[index] ?? "" }],
  );
  for (const one of compared)
    expect({ ...one, printed: comparable(one.printed), shown: "" }).toEqual({
      ...one,
      printed: comparable(one.shown),
      shown: "",
    });
};

/** What the pages use beside what the project has itself. */
const missing = ["curl", "jq"].filter((program) => spawnSync(program, ["--version"]).error);

describe("the commands run as they stand, and give what is shown, on", () => {
  for (const page of PAGES) {
    const examples = examplesOf(page)
      .map(runnable)
      .filter((one) => !isForAzure(one) && one.text.trim() !== "");
    const lacking = missing.filter((program) => examples.some((one) => one.text.includes(program)));
    if (lacking.length > 0)
      process.stderr.write(`SKIPPED: the commands of ${page}: no ${lacking.join(" and no ")}.\n`);
    if (examples.length > 0)
      (lacking.length > 0 ? it.skip : it)(page, async () => {
        await expectAsShown(examples);
      });
  }
});

it("README.md shows what npm start prints", () => {
  const readme = readFileSync("README.md", "utf8");
  const shown = /```\n(?<block>Stockroom is ready[\s\S]*?)```/u.exec(readme)?.groups?.["block"];
  const alike = (output = ""): string =>
    output
      .replace(/\([\d.]+ s\)/u, "(… s)")
      .replaceAll(/:\d+/gu, ":PORT")
      .trim();

  const printed = welcome({
    url: stockroom.url,
    endpoints: stockroom.azure().endpoints,
    data: ".local",
    elapsedMs: 0,
  });

  expect(alike(shown)).toBe(alike(printed));
});

const ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";

/** What Azure would answer to the pages; the addresses are the application's in this test. */
const azureAnswers = (token: string): AzScript => {
  const outputs = [{ tsv: "func-stockroom" }, { tsv: stockroom.url }, { tsv: "api://stockroom" }];
  return {
    "deployment group what-if": [{ stdout: { changes: [] } }],
    "deployment group create": [
      { stdout: { properties: { provisioningState: "Succeeded", outputs: {} } } },
    ],
    "deployment group show": outputs,
    "functionapp deployment source config-zip": [{ stdout: null }],
    "functionapp function list": [{ stdout: [{ name: "func-stockroom/healthLive" }] }],
    "account get-access-token --resource api://stockroom --query": [{ tsv: token }],
    "account get-access-token": [{ stdout: { accessToken: token } }],
    // Everything else is asked for an id, or for nothing.
    "": [{ tsv: ID }],
  };
};

/** The build's artifact, as far as a release reads it. */
const makeArtifact = async (): Promise<string> => {
  const artifact = join(folder.path, "artifact");
  await mkdir(artifact, { recursive: true });
  await writeFile(join(artifact, "stockroom.zip"), "");
  await writeFile(join(artifact, "functions.json"), JSON.stringify(["healthLive"]));
  return artifact;
};

it.each(["docs/deploy.md", "docs/operations.md", "docs/security.md"])(
  "%s gives Azure commands that run in this order, whatever they need being set",
  async (page) => {
    const az = await fakeAz(azureAnswers(await stockroom.token({ roles: ["editor"] })));
    const artifact = await makeArtifact();
    const examples = examplesOf(page)
      .map(runnable)
      .filter(isForAzure)
      .map((one) => ({
        ...one,
        text: one.text.replaceAll(/--artifact \S+/gu, `--artifact ${artifact}`),
      }));

    await runInShell(examples, {
      PATH: [az.folder, join(process.cwd(), "node_modules/.bin"), process.env["PATH"]].join(
        delimiter,
      ),
      AZ_CALLS: join(az.folder, "calls.txt"),
    });

    const calls = await az.calls();
    await az.remove();
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.filter((call) => /undefined|--\w+ (?:--|$)/u.test(call))).toEqual([]);
  },
);

it("npm run demo goes through, and saves what it shows", async () => {
  const { mail } = stockroom.azure().endpoints;

  const example = { page: "README.md", section: "", language: "sh", shown: undefined };
  const commands = `npm run --silent demo -- --data ${folder.path}/demo`;

  const [output = ""] = await runInShell([{ ...example, text: commands }], {
    HOST_PORT: portOf(stockroom.url),
    MAIL_PORT: portOf(mail),
  });

  expect(output).toMatch(/thumbnail 160 × 107: .*\n +saved .*rocket-160\.webp/u);
  expect(output.match(/Succeeded/gu)).toHaveLength(2);
  expect(output).toMatch(/#find\/[\da-f-]{36}\n$/u);
  expect(readFileSync(join(folder.path, "demo/report.html"), "utf8")).toContain("<svg");
});
