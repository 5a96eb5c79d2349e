import { connect, type Socket } from "node:net";

import { eventually } from "../../helpers/eventually.ts";
import { fixtureApp, type FixtureApp, type FixtureHost } from "../../helpers/fixture-app.ts";

jest.setTimeout(60_000);

const MIB = 1_048_576;

let app: FixtureApp;
let host: FixtureHost;

beforeAll(async () => {
  app = await fixtureApp("limits-app", {
    extensions: {
      http: { routePrefix: "", maxConcurrentRequests: 2, maxOutstandingRequests: 4 },
    },
  });
});

beforeEach(async () => {
  host = await app.start();
});

afterEach(async () => {
  await host.kill();
});

afterAll(async () => {
  await app.remove();
});

const post = (path: string, body: Buffer): Promise<Response> =>
  fetch(host.url + path, { method: "POST", body });

const release = (): Promise<Response> =>
  fetch(`${host.url}/admin/functions/release`, { method: "POST", body: '{"input":""}' });

/** Announces a body and sends none of it. */
const announce = (bytes: number): Socket => {
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1");
  socket.write(`POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`);
  return socket;
};

it("answers 429 to requests beyond those that run and wait, and serves the others in turn", async () => {
  const held = Array.from({ length: 4 }, () => fetch(`${host.url}/hold`));
  const refused = await eventually("a request is refused", async () => {
    const response = await fetch(`${host.url}/take`, {
      method: "POST",
      body: "x",
      signal: AbortSignal.timeout(300),
    }).catch(() => undefined);
    return response?.status === 429 && response;
  });

  const answers = Promise.all(held);
  await eventually("the held calls end", async () => {
    await release();
    const state = await Promise.race([answers, Promise.resolve(undefined)]);
    return state !== undefined;
  });

  expect(refused.status).toBe(429);
  expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

it("does not let a slow upload take a turn from others", async () => {
  const slow = [announce(1000), announce(1000)];

  const response = await post("/take", Buffer.alloc(10));

  expect(await response.text()).toBe("10");
  for (const socket of slow) socket.destroy();
});

it("reads a large body only when there is memory for it, and small ones at once", async () => {
  const greedy = announce(90 * MIB);
  let isAnswered = false;
  const large = (async () => {
    const text = await (await post("/take", Buffer.alloc(10 * MIB))).text();
    isAnswered = true;
    return text;
  })();

  const small = await (await post("/take", Buffer.alloc(10))).text();
  expect([small, isAnswered]).toEqual(["10", false]);
  greedy.destroy();

  expect(await large).toBe(String(10 * MIB));
});

it("takes fifty uploads of 10 MiB at once in less than 400 MB", async () => {
  const { readFile } = await import("node:fs/promises");
  const body = Buffer.alloc(10 * MIB, 1);
  await host.kill();
  const open = await fixtureApp("limits-app");
  const upload = await open.start();

  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const response = await fetch(`${upload.url}/take`, { method: "POST", body });
      return response.text();
    }),
  );

  const status = await readFile(`/proc/${upload.pid}/status`, "utf8");
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
  expect(new Set(answers)).toEqual(new Set([String(10 * MIB)]));
  expect(peakKb * 1024).toBeLessThan(400e6);
  await upload.kill();
  await open.remove();
});
