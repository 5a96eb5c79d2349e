import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { type Client, clientOf, productInput, readProduct } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";

const ROUNDS = process.env["SOAK"] === undefined ? 1 : 10;
const WRITERS = 8;

let stockroom: LocalStockroom;
let client: Client;

beforeAll(async () => {
  stockroom = await startLocalStockroom();
  client = clientOf(stockroom);
}, 60_000);

afterAll(() => stockroom.stop());

/** A create that may be sent again: the headers make it the same request. */
const newCreate = () => ({
  body: productInput(),
  headers: {
    "repeatability-request-id": randomUUID(),
    "repeatability-first-sent": new Date().toUTCString(),
  },
});

type Create = ReturnType<typeof newCreate>;

interface Written {
  /** By product id. */
  readonly acknowledged: Map<string, Create>;
  /** Sent, and no answer or a failure came back. */
  readonly open: Create[];
}

/** Creates products one after the other until a create is not acknowledged. */
const writeUntilFailure = async ({ acknowledged, open }: Written): Promise<void> => {
  for (;;) {
    const create = newCreate();
    try {
      const response = await client.send("POST", "/api/products", create);
      if (response.status !== 201) throw new Error(`Answered ${response.status}`);
      acknowledged.set((await readProduct(response)).id, create);
    } catch {
      open.push(create);
      return;
    }
  }
};

const expectAllThere = async ({ acknowledged, open }: Written): Promise<void> => {
  for (const [id, { body }] of acknowledged) {
    const response = await client.send("GET", `/api/products/${id}`);
    expect(await response.json()).toEqual(expect.objectContaining(body));
  }
  // Side by side: a repeat waits two seconds for the first request, which nobody works on any more.
  await Promise.all(
    open.map(async (create) => {
      const ids = new Set<string>();
      for (const response of [
        await client.send("POST", "/api/products", create),
        await client.send("POST", "/api/products", create),
      ]) {
        expect(response.status).toBe(201);
        ids.add((await readProduct(response)).id);
      }
      expect(ids.size).toBe(1);
    }),
  );
};

const isReady = async (): Promise<boolean> => {
  const response = await client.send("GET", "/health/ready");
  return response.ok;
};

describe("a product created while something is killed", () => {
  it.each([
    ["the host", () => stockroom.host().kill(), () => stockroom.restartHost()],
    ["the local services", () => stockroom.azure().kill(), () => stockroom.restartAzure()],
  ])(
    "is there when it was acknowledged, and finished by a repeat when not: %s",
    async (_, kill, restart) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const written: Written = { acknowledged: new Map(), open: [] };
        const writers = Array.from({ length: WRITERS }, () => writeUntilFailure(written));
        await eventually("a few creates", () => Promise.resolve(written.acknowledged.size >= 20));
        await wait(Math.random() * 50);

        await kill();
        await restart();
        await Promise.all(writers);
        await eventually("the application is ready", isReady);

        await expectAllThere(written);
        expect(written.open).toHaveLength(WRITERS);
      }
    },
    300_000,
  );
});
