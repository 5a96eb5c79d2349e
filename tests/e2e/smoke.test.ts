import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import * as z from "zod";

import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

jest.setTimeout(120_000);

let stockroom: Stockroom;

beforeAll(async () => {
  stockroom = await startStockroom();
});

afterAll(() => stockroom.stop());

const smoke = async (
  url: string,
  token: string,
): Promise<{ readonly exitCode: number | null; readonly output: string }> => {
  const child = spawn(process.execPath, ["scripts/smoke.ts", url], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ACCESS_TOKEN: token },
  });
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { exitCode: child.exitCode, output: stdout + stderr };
};

const listSchema = z.object({ value: z.array(z.object({ category: z.string() })) });

it("drives the application from end to end and leaves nothing behind", async () => {
  const token = await stockroom.token({ roles: ["editor"] });

  const { exitCode, output } = await smoke(stockroom.url, token);

  const response = await fetch(`${stockroom.url}/api/products?category=smoke%20test`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(output).toMatch(/It makes \d+ thumbnails of a photo\./);
  expect(output).toContain("It does a job.");
  expect(output).toContain("It removes the product again.");
  expect(exitCode).toBe(0);
  expect(listSchema.parse(await response.json()).value).toEqual([]);
});

it("fails when the token is not enough, and says what was answered", async () => {
  const { exitCode, output } = await smoke(
    stockroom.url,
    await stockroom.token({ roles: ["reader"] }),
  );

  expect(output).toContain("POST /api/products answered 403, not 201");
  expect(exitCode).toBe(1);
});

it("fails when anybody is let in", async () => {
  const open = createServer((_, response) => response.end("{}")).listen(0, "127.0.0.1");
  await once(open, "listening");
  const address = z.object({ port: z.int() }).parse(open.address());

  const { exitCode, output } = await smoke(`http://127.0.0.1:${address.port}`, "none");
  open.close();

  expect(output).toContain("GET /api/products answered 200, not 401");
  expect(exitCode).toBe(1);
});
