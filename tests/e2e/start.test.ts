import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { FREE_PORTS } from "../../local/ports.ts";
import { eventually } from "../helpers/eventually.ts";
import { temporaryFolder } from "../helpers/program.ts";

/** Every process of a start has the folder of its data among its arguments. */
const processesOf = async (dataDir: string): Promise<readonly string[]> => {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
  return stdout.split("\n").filter((line) => line.includes(dataDir));
};

it("npm start has stopped all it has started when it ends on Ctrl-C before it is ready", async () => {
  const { path: dataDir, remove } = await temporaryFolder();
  const start = spawn(process.execPath, ["local/main.mjs", "--data", dataDir], {
    env: { ...process.env, ...FREE_PORTS },
    stdio: "ignore",
  });
  await eventually("the services start", async () => existsSync(join(dataDir, "service-bus")));
  expect(await processesOf(dataDir)).toHaveLength(2);

  start.kill("SIGINT");
  await once(start, "exit");

  const left = await processesOf(dataDir);
  await remove();
  expect(left).toEqual([]);
  expect(start.exitCode).toBe(0);
});
