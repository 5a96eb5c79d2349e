import { randomUUID } from "node:crypto";

import * as z from "zod";

import { type Client, clientOf } from "../helpers/client.ts";
import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

const RACES = process.env["SOAK"] ? 200 : 5;
const CONTENDERS = 8;

let stockroom: Stockroom;
let admin: Client;

beforeAll(async () => {
  stockroom = await startStockroom();
  admin = clientOf(stockroom);
}, 60_000);

afterAll(() => stockroom.stop());

const userSchema = z.object({ id: z.uuid(), email: z.string().optional() });
const pageSchema = z.object({ value: z.array(userSchema) });

const usersWith = async (email: string) => {
  const response = await admin.send("GET", `/api/users?email=${encodeURIComponent(email)}`);
  return pageSchema.parse(await response.json()).value;
};

const contenders = <T>(contend: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CONTENDERS }, (_, index) => contend(index)));

it("gives an address to one of all that ask for it at once", async () => {
  for (let race = 0; race < RACES; race += 1) {
    const email = `race-${randomUUID()}@example.com`;

    const answers = await contenders(async (index) => {
      const written = index % 2 === 0 ? email : email.toUpperCase();
      const body = { name: `Contender ${index}`, email: written };
      return (await admin.send("POST", "/api/users", { body })).status;
    });

    const expected = [201, ...Array.from({ length: CONTENDERS - 1 }, () => 409)];
    expect(answers.toSorted((one, other) => one - other)).toStrictEqual(expected);
    await expect(usersWith(email)).resolves.toHaveLength(1);
  }
}, 600_000);

it("makes one user of all first requests of a person", async () => {
  for (let race = 0; race < RACES; race += 1) {
    const email = `me-${randomUUID()}@example.com`;
    const person = clientOf(stockroom, { roles: ["reader"], name: "Grace Hopper", email });

    const users = await contenders(async () => {
      const response = await person.send("GET", "/api/users/me");
      expect(response.status).toBe(200);
      return userSchema.parse(await response.json());
    });

    expect(new Set(users.map(({ id }) => id)).size).toBe(1);
    await expect(usersWith(email)).resolves.toStrictEqual([users[0]]);
  }
}, 600_000);

it("lets one change to an address win when several users want it", async () => {
  for (let race = 0; race < RACES; race += 1) {
    const email = `move-${randomUUID()}@example.com`;
    const ids = await contenders(async (index) => {
      const body = { name: `Mover ${index}`, email: `from-${randomUUID()}@example.com` };
      const created = await admin.send("POST", "/api/users", { body });
      return userSchema.parse(await created.json()).id;
    });

    const answers = await Promise.all(
      ids.map(async (id) => {
        const response = await admin.send("PATCH", `/api/users/${id}`, { body: { email } });
        return response.status;
      }),
    );

    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    await expect(usersWith(email)).resolves.toHaveLength(1);
  }
}, 600_000);
