/** The bundle under the real Functions host, where Azure Functions Core Tools are installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import * as z from "zod";

import { settingsFor } from "../../local/settings.ts";
import { declaredFunctions } from "../../scripts/declared-functions.ts";
import { eventually } from "../helpers/eventually.ts";
import { startLocalAzure } from "../helpers/local-azure.ts";
import { temporaryFolder } from "../helpers/program.ts";
import { tokensOf } from "../helpers/token.ts";

/** The first start may have to bring the extension bundle. */
const START_LIMIT_MS = 180_000;
jest.setTimeout(2 * START_LIMIT_MS);

const FUNC = process.env["FUNC"] ?? "func";
const found = spawnSync(FUNC, ["--version"], { encoding: "utf8" });
const hasCoreTools = found.status === 0 && found.stdout.trim().startsWith("4.");
if (!hasCoreTools)
  process.stderr.write(
    `SKIPPED: the bundle under func start: no Azure Functions Core Tools 4 on the PATH, nor named by FUNC.\n`,
  );

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.int() }).parse(server.address());
  server.close();
  await once(server, "close");
  return port;
};

/** A folder as the deployment package is, with settings for the local services. */
const stageApp = async (folder: string, settings: Record<string, string>): Promise<void> => {
  await mkdir(join(folder, "dist"));
  for (const file of globSync("dist/*.cjs")) await cp(file, join(folder, file));
  await cp("host.json", join(folder, "host.json"));
  await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  const files = {
    "package.json": { name: "stockroom", main: "dist/main.cjs" },
    "local.settings.json": { IsEncrypted: false, Values: settings },
  };
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content));
};

const startFunc = (folder: string, port: number): ChildProcess =>
  // In a group of its own: the tool starts the host and the worker as processes below it.
  spawn(FUNC, ["start", "--port", String(port)], { cwd: folder, detached: true, stdio: "inherit" });

const stopFunc = async (func: ChildProcess): Promise<void> => {
  if (func.pid === undefined || func.exitCode !== null) return;
  const closed = once(func, "close");
  process.kill(-func.pid, "SIGKILL");
  await closed;
};

const listSchema = z.array(z.object({ name: z.string() }));

const describeWithCoreTools = hasCoreTools ? describe : describe.skip;

describeWithCoreTools("func start", () => {
  it("runs the bundle, and the smoke test passes", async () => {
    const data = await temporaryFolder();
    const app = await temporaryFolder();
    const azure = await startLocalAzure({ dataDir: data.path });
    // The real host gets blob events from Event Grid alone: here it is upkeep that finds an upload.
    const upkeep = { IMAGE_LATE_SECONDS: "1", UPKEEP_SCHEDULE: "*/5 * * * * *" };
    await stageApp(app.path, { ...settingsFor(azure.endpoints), ...upkeep });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const func = startFunc(app.path, port);
    try {
      const isUp = async (): Promise<boolean> => {
        const answer = await fetch(`${url}/health/live`).catch(() => undefined);
        return answer?.status === 200;
      };
      await eventually("the host to answer", isUp, START_LIMIT_MS);

      const listed = listSchema.parse(await (await fetch(`${url}/admin/functions`)).json());
      const smoke = spawn(process.execPath, ["scripts/smoke.ts", url], {
        stdio: ["ignore", "pipe", "inherit"],
        env: {
          ...process.env,
          ACCESS_TOKEN: await tokensOf(azure.endpoints["issuer"] ?? "")({ roles: ["editor"] }),
        },
      });
      const output = await text(smoke.stdout);

      expect(listed.map(({ name }) => name).toSorted()).toEqual(
        declaredFunctions()
          .map(({ name }) => name)
          .toSorted(),
      );
      expect(output).toContain("It removes the product again.");
    } finally {
      await stopFunc(func);
      await azure.stop();
      await app.remove();
      await data.remove();
    }
  });
});
