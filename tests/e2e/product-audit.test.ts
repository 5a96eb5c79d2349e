import * as z from "zod";

import { clientOf } from "../helpers/client.ts";
import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

let stockroom: Stockroom;

beforeAll(async () => {
  stockroom = await startStockroom();
}, 60_000);

afterAll(() => stockroom.stop());

const trailSchema = z.object({
  value: z.array(
    z.object({
      action: z.string(),
      fields: z.array(z.string()),
      by: z.object({ id: z.string(), kind: z.string() }),
      requestId: z.string(),
    }),
  ),
});

it("tells an admin who changed a product, what, and by which request, also once it is gone", async () => {
  const admin = clientOf(stockroom);
  const editor = clientOf(stockroom, { roles: ["editor"], name: "Edith Editor" });
  const { id, etag } = await editor.create();
  const path = `/api/products/${id}`;
  const changed = await admin.send("PATCH", path, {
    body: { price: { amountMinor: 5 }, stock: 9 },
    headers: { "if-match": etag },
  });
  const deleted = await editor.send("DELETE", path);

  const response = await admin.send("GET", `${path}/audit`);
  const refused = await editor.send("GET", `${path}/audit`);

  expect(refused.status).toBe(403);
  const { value } = trailSchema.parse(await response.json());
  expect(value.map(({ action, fields, by }) => [action, by.kind, fields])).toStrictEqual([
    ["deleted", "person", []],
    ["changed", "service", ["$.price.amountMinor", "$.stock"]],
    ["created", "person", []],
  ]);
  expect(value.slice(0, 2).map(({ requestId }) => requestId)).toStrictEqual(
    [deleted, changed].map(({ headers }) => headers.get("x-ms-request-id")),
  );
  expect(value[0]!.by).toStrictEqual(value[2]!.by);
});
