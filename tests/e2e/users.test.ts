import { randomUUID } from "node:crypto";

import * as z from "zod";

import { type Client, clientOf, readError } from "../helpers/client.ts";
import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

let stockroom: Stockroom;
let admin: Client;

beforeAll(async () => {
  stockroom = await startStockroom();
  admin = clientOf(stockroom);
}, 60_000);

afterAll(() => stockroom.stop());

const userSchema = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  email: z.string().optional(),
  locale: z.string().optional(),
  subject: z.string().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const pageSchema = z.strictObject({ value: z.array(userSchema), nextLink: z.url().optional() });
const auditSchema = z.strictObject({
  value: z.array(
    z.strictObject({
      at: z.iso.datetime(),
      action: z.string(),
      fields: z.array(z.string()),
      by: z.strictObject({ id: z.string(), kind: z.string() }),
      requestId: z.uuid(),
    }),
  ),
});

const readUser = async (response: Response) => userSchema.parse(await response.json());
const newEmail = (): string => `t-${randomUUID()}@example.com`;

const create = async (changes: Record<string, unknown> = {}) => {
  const body = { name: "Ada Lovelace", email: newEmail(), ...changes };
  const response = await admin.send("POST", "/api/users", { body });
  expect(response.status).toBe(201);
  const user = await readUser(response);
  return { ...user, email: user.email!, etag: response.headers.get("etag")! };
};

/** Somebody who signs in with an address of their own. */
const person = (role = "reader", email = newEmail()): Client =>
  clientOf(stockroom, { roles: [role], name: "Grace Hopper", email });

describe("an admin", () => {
  it("creates a user and reads what was created", async () => {
    const body = { name: "  Ade\u0301le  Blanc ", email: newEmail(), locale: "DE-at" };
    const created = await admin.send("POST", "/api/users", { body });
    const user = await readUser(created);

    const read = await admin.send("GET", `/api/users/${user.id}`);

    expect(created.headers.get("location")).toBe(`${stockroom.url}/api/users/${user.id}`);
    expect(await readUser(read)).toStrictEqual(user);
    expect(user).toMatchObject({ name: "Adéle Blanc", email: body.email, locale: "de-AT" });
    expect(read.headers.get("etag")).toBe(created.headers.get("etag"));
  });

  it("learns all that is wrong with a user at once", async () => {
    const body = { name: "\u200b", email: "ada@localhost", locale: "no tag", id: "x" };

    const response = await admin.send("POST", "/api/users", { body });

    expect(response.status).toBe(400);
    const { details = [] } = await readError(response);
    expect(details.map(({ target }) => target).toSorted()).toStrictEqual([
      "$.email",
      "$.id",
      "$.locale",
      "$.name",
    ]);
  });

  it("cannot give two users one address, however it is written", async () => {
    const local = `t-${randomUUID()}`;
    await create({ email: `${local}@bücher.example` });
    const body = { name: "Other", email: `${local.toUpperCase()}@XN--BCHER-KVA.example` };

    const response = await admin.send("POST", "/api/users", { body });

    expect(response.status).toBe(409);
    expect((await readError(response)).code).toBe("EmailInUse");
  });

  it("changes an address, and the old one is free again", async () => {
    const { id, email } = await create();
    const next = newEmail();

    const changed = await admin.send("PATCH", `/api/users/${id}`, { body: { email: next } });
    const other = await create({ email });

    expect(await readUser(changed)).toMatchObject({ id, email: next });
    expect(other.id).not.toBe(id);
  });

  it("cannot change what the server decides, nor remove an address", async () => {
    const { id } = await create();
    const patches = [{ id: randomUUID() }, { subject: "x" }, { createdAt: null }, { email: null }];

    const answers = await Promise.all(
      patches.map((body) => admin.send("PATCH", `/api/users/${id}`, { body })),
    );

    expect(answers.map(({ status }) => status)).toStrictEqual([400, 400, 400, 400]);
  });

  it("is told when somebody else changed the user in between", async () => {
    const { id, etag } = await create();
    await admin.send("PATCH", `/api/users/${id}`, { body: { name: "First" } });

    const late = await admin.send("PATCH", `/api/users/${id}`, {
      body: { name: "Second" },
      headers: { "if-match": etag },
    });

    expect(late.status).toBe(412);
  });

  it("lists users a page at a time, and finds one by address", async () => {
    const tag = randomUUID();
    const names = ["Bob", "alice", "Carol"].map((name) => `${name} ${tag}`);
    const users = [];
    for (const name of names) users.push(await create({ name }));

    const seen: string[] = [];
    let next: string | undefined = `/api/users?name=${tag}&orderby=name&maxpagesize=2`;
    while (next !== undefined) {
      const page = pageSchema.parse(await (await admin.send("GET", next)).json());
      seen.push(...page.value.map(({ name }) => name));
      next = page.nextLink;
    }
    const email = encodeURIComponent(users[0]!.email.toUpperCase());
    const found = await admin.send("GET", `/api/users?email=${email}`);
    const named = await admin.send("GET", `/api/users?email=${email}&select=id,name`);

    expect(seen).toStrictEqual([`alice ${tag}`, `Bob ${tag}`, `Carol ${tag}`]);
    expect(await named.json()).toStrictEqual({ value: [{ id: users[0]!.id, name: names[0] }] });
    expect(pageSchema.parse(await found.json()).value.map(({ id }) => id)).toStrictEqual([
      users[0]!.id,
    ]);
  });

  it("deletes a user with all that says who it was, and frees the address", async () => {
    const { id, email } = await create();

    const deleted = await admin.send("DELETE", `/api/users/${id}`);
    const again = await admin.send("DELETE", `/api/users/${id}`);
    const read = await admin.send("GET", `/api/users/${id}`);
    const trail = await (await admin.send("GET", `/api/users/${id}/audit`)).text();

    expect([deleted.status, again.status, read.status]).toStrictEqual([204, 204, 404]);
    expect(trail).not.toContain(email);
    expect(trail).not.toContain("Ada");
    expect((await create({ email })).id).not.toBe(id);
  });

  it("reads who changed a user, what, when and by which request", async () => {
    const { id } = await create();
    const patch = { name: "Other", locale: "en" };
    const changed = await admin.send("PATCH", `/api/users/${id}`, { body: patch });
    await admin.send("DELETE", `/api/users/${id}`);

    const response = await admin.send("GET", `/api/users/${id}/audit`);

    const { value } = auditSchema.parse(await response.json());
    expect(value.map(({ action, fields }) => [action, fields])).toStrictEqual([
      ["deleted", []],
      ["changed", ["$.locale", "$.name"]],
      ["created", []],
    ]);
    expect(value[1]!.requestId).toBe(changed.headers.get("x-ms-request-id"));
    expect(value.every(({ by }) => by.kind === "service")).toBe(true);
  });
});

describe("a person", () => {
  it("has a user from the first request on, made from the token", async () => {
    const email = newEmail();
    const grace = person("reader", email);

    const first = await readUser(await grace.send("GET", "/api/users/me"));
    const second = await readUser(await grace.send("GET", "/api/users/me"));

    expect(first).toMatchObject({ name: "Grace Hopper", email });
    expect(second).toStrictEqual(first);
  });

  it("takes over the user that an admin made for them", async () => {
    const made = await create();

    const own = await person("reader", made.email).send("GET", "/api/users/me");

    expect(await readUser(own)).toMatchObject({ id: made.id, name: "Ada Lovelace" });
  });

  it("has a user without an address when another has it", async () => {
    const email = newEmail();
    const mine = person("reader", newEmail());
    const own = await readUser(await mine.send("GET", "/api/users/me"));
    await mine.send("PATCH", `/api/users/${own.id}`, { body: { email } });

    const other = await readUser(await person("reader", email).send("GET", "/api/users/me"));

    expect(other.id).not.toBe(own.id);
    expect(other).not.toHaveProperty("email");
  });

  it("reads and changes their own user", async () => {
    const grace = person();
    const { id } = await readUser(await grace.send("GET", "/api/users/me"));

    const changed = await grace.send("PATCH", `/api/users/${id}`, { body: { name: "Amazing G." } });

    expect(changed.status).toBe(200);
    expect(await readUser(await grace.send("GET", `/api/users/${id}`))).toMatchObject({
      name: "Amazing G.",
    });
  });

  it("cannot tell another's user from one that is not there", async () => {
    const grace = person("editor");
    const { id } = await create();
    const ask = async (method: string, userId: string) => {
      const body = method === "PATCH" ? { body: { name: "X" } } : {};
      const response = await grace.send(method, `/api/users/${userId}`, body);
      return { status: response.status, error: await readError(response) };
    };

    const theirs = [await ask("GET", id), await ask("PATCH", id)];
    const nobodys = [await ask("GET", randomUUID()), await ask("PATCH", randomUUID())];

    expect(theirs.map(({ status }) => status)).toStrictEqual([403, 403]);
    expect(theirs).toStrictEqual(nobodys);
  });

  it("cannot list, create or delete users, nor read a trail", async () => {
    const grace = person("editor");
    const { id } = await readUser(await grace.send("GET", "/api/users/me"));

    const answers = await Promise.all([
      grace.send("GET", "/api/users"),
      grace.send("POST", "/api/users", { body: {} }),
      grace.send("DELETE", `/api/users/${id}`),
      grace.send("GET", `/api/users/${id}/audit`),
    ]);

    expect(answers.map(({ status }) => status)).toStrictEqual([403, 403, 403, 403]);
  });

  it("leaves no trail of who they were", async () => {
    const grace = person();
    const { id, subject } = await readUser(await grace.send("GET", "/api/users/me"));
    await grace.send("PATCH", `/api/users/${id}`, { body: { name: "Grace B. Hopper" } });
    await admin.send("DELETE", `/api/users/${id}`);

    const trail = await admin.send("GET", `/api/users/${id}/audit`);

    const { value } = auditSchema.parse(await trail.json());
    expect(value.map(({ action, by }) => [action, by.id === subject, by.id === id])).toStrictEqual([
      ["deleted", false, false],
      ["changed", false, true],
      ["created", false, true],
    ]);
  });

  it("gets a new user after theirs was deleted", async () => {
    const email = newEmail();
    const grace = person("reader", email);
    const { id } = await readUser(await grace.send("GET", "/api/users/me"));
    await admin.send("DELETE", `/api/users/${id}`);

    const again = await readUser(await grace.send("GET", "/api/users/me"));

    expect(again.id).not.toBe(id);
    expect(again.email).toBe(email);
  });
});

it("has no user for a service", async () => {
  const response = await admin.send("GET", "/api/users/me");

  expect(response.status).toBe(403);
  expect((await readError(response)).code).toBe("PersonRequired");
});
