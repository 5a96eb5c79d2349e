import { eventually } from "../../helpers/eventually.ts";
import { fixtureApp, type FixtureApp, type FixtureHost } from "../../helpers/fixture-app.ts";

jest.setTimeout(60_000);

let app: FixtureApp;
let host: FixtureHost;

beforeAll(async () => {
  app = await fixtureApp("http-app");
  host = await app.start();
});

afterAll(async () => {
  await host.stop();
  await app.remove();
});

const call = (path: string, init?: RequestInit): Promise<Response> => fetch(host.url + path, init);
const run = (name: string, body: string): Promise<Response> =>
  call(`/admin/functions/${name}`, { method: "POST", body });

it("shows its state", async () => {
  const response = await call("/admin/host/status");

  expect(await response.json()).toMatchObject({ id: "local", state: "Running" });
});

it("shows the functions with their bindings and URLs", async () => {
  const one: unknown = await (await call("/admin/functions/GREETING")).json();
  const all: unknown = await (await call("/admin/functions")).json();

  expect(one).toMatchObject({
    name: "greeting",
    language: "node",
    isDisabled: false,
    invoke_url_template: `${host.url}/hello/{name:alpha?}`,
    config: { bindings: [{ type: "httpTrigger", methods: ["GET"] }, { type: "http" }] },
  });
  expect(all).toContainEqual(one);
});

it.each([
  ["GET", "/admin/functions/none", 404],
  ["GET", "/admin/none", 404],
  ["GET", "/admin", 404],
  ["GET", "/runtime/none", 404],
  ["POST", "/admin/host/ping", 200],
  ["GET", "/admin/functions/greeting/status", 200],
  ["GET", "/runtime/health", 200],
  ["GET", "/runtime/health/live", 200],
  ["GET", "/runtime/health/ready", 200],
])("answers %s %s with %i", async (method, path, status) => {
  const response = await call(path, { method });

  expect(response.status).toBe(status);
});

it("runs a function on demand in the background", async () => {
  const response = await run("warm", '{"input":""}');

  expect(response.status).toBe(202);
  const [first] = await eventually("the function ran", async () => {
    const found = await app.records("warm");
    return found.length > 0 && found;
  });
  expect(first).toEqual([null, {}]);
});

it.each([
  ["none", '{"input":""}', 404],
  ["warm", "", 400],
  ["warm", "not json", 400],
  ["greeting", '{"input":""}', 400],
])("answers a run of '%s' with body '%s' by %i", async (name, body, status) => {
  expect((await run(name, body)).status).toBe(status);
});

it("warms up once", async () => {
  const before = (await app.records("warm")).length;

  await call("/admin/warmup", { method: "POST" });
  await call("/admin/warmup");

  expect(await app.records("warm")).toHaveLength(before + 1);
});

it("drains and resumes its listeners", async () => {
  await call("/admin/host/drain", { method: "POST" });
  const drained = await eventually("the host is drained", async () => {
    const status: unknown = await (await call("/admin/host/drain/status")).json();
    return JSON.stringify(status).includes("Completed") && status;
  });

  await call("/admin/host/resume", { method: "POST" });

  expect(drained).toEqual({
    state: "Completed",
    outstandingInvocations: 0,
    outstandingRetries: 0,
  });
  expect(await (await call("/admin/host/drain/status")).json()).toMatchObject({
    state: "Disabled",
  });
});
