import { once } from "node:events";
import { createServer } from "node:http";

import { eventually } from "../../helpers/eventually.ts";
import { fixtureApp, type FixtureApp, type FixtureHost } from "../../helpers/fixture-app.ts";
import { startProgram } from "../../helpers/program.ts";

jest.setTimeout(60_000);

let app: FixtureApp;
const hosts: FixtureHost[] = [];

const start = async (...args: Parameters<FixtureApp["start"]>): Promise<FixtureHost> => {
  const host = await app.start(...args);
  hosts.push(host);
  return host;
};

beforeAll(async () => {
  app = await fixtureApp("http-app");
});

afterAll(async () => {
  await app.remove();
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.kill()));
  await app.reset();
});

it("drains on SIGTERM: answers what runs, takes nothing new, runs the hooks, exits with 0", async () => {
  const host = await start();
  const running = fetch(`${host.url}/slow?ms=700`);
  await eventually("the call runs", async () => (await app.records("slow")).length === 1);

  const stopped = host.stop();
  const refused = await eventually("the port closes", () =>
    fetch(`${host.url}/empty`).then(
      () => false,
      () => true,
    ),
  );

  expect(refused).toBe(true);
  expect(await (await running).text()).toBe("done");
  expect(await stopped).toBe(0);
  expect(await app.records("appTerminate")).toHaveLength(1);
});

it("exits with 1 when calls run longer than the grace time", async () => {
  const host = await start({ args: ["--grace", "0.3"] });
  const running = fetch(`${host.url}/slow?ms=20000`).catch(() => "cut");
  await eventually("the call runs", async () => (await app.records("slow")).length === 1);

  const code = await host.stop();

  expect(code).toBe(1);
  expect(await running).toBe("cut");
});

it("answers 500 to open requests and exits with 1 after an unhandled rejection", async () => {
  const host = await start();
  const running = fetch(`${host.url}/slow?ms=20000`);
  await eventually("the call runs", async () => (await app.records("slow")).length === 1);

  const crashed = await fetch(`${host.url}/crash`, { method: "POST" });

  expect([crashed.status, (await running).status]).toEqual([500, 500]);
  expect(await host.exited).toBe(1);
  expect(host.output()).toContain("nobody handles this");
});

it("says which port is in use and how to change it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;

  const failing = startProgram("local/functions-host/main.mjs", {
    args: ["--app", app.directory],
    env: { HOST_PORT: String(port) },
  });

  await expect(failing).rejects.toThrow(`Port ${port} is in use. Set HOST_PORT`);
  server.close();
});

it("takes settings from local.settings.json and leaves a disabled function out", async () => {
  const host = await start({ env: { "AzureWebJobs.empty.Disabled": "true" } });

  const response = await fetch(`${host.url}/empty`);

  expect(response.status).toBe(404);
});

it("runs only the functions it is told to", async () => {
  const host = await start({ args: ["--functions", "empty", "nothing"] });

  const [empty, nothing, other] = await Promise.all(
    ["empty", "nothing", "hello"].map(async (path) => (await fetch(`${host.url}/${path}`)).status),
  );

  expect([empty, nothing, other]).toEqual([200, 204, 404]);
});

it("ends with 1 after a call exceeded functionTimeout, which its caller sees as a failure", async () => {
  const short = await fixtureApp("http-app", { functionTimeout: "00:00:01" });
  const host = await short.start();
  hosts.push(host);

  const response = await fetch(`${host.url}/slow?ms=20000`);

  expect(response.status).toBe(500);
  expect(await host.exited).toBe(1);
  expect(host.output()).toContain("Timeout value of 1 s exceeded by function 'Functions.slow'");
  await short.remove();
});
