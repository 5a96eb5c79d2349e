import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { field, send } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

/** What an object literal cannot say: an own property named `__proto__`. */
const parseDocument = (text: string): Doc => {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
};

describe("creating an item", () => {
  it("adds system properties and gives them back when it is read", async () => {
    const container = await newContainer(cosmos.database);

    const created = await container.items.create<Doc>({ id: "1", pk: "a", n: 1 });

    expect(created.statusCode).toBe(201);
    expect(created.resource).toMatchObject({
      id: "1",
      pk: "a",
      n: 1,
      _attachments: "attachments/",
    });
    expect(created.etag).toBe(created.resource?._etag);
    expect(created.etag).toMatch(/^".+"$/);
    await expect(container.item("1", "a").read<Doc>()).resolves.toMatchObject({
      statusCode: 200,
      resource: created.resource,
    });
  });

  it("makes a resource id that begins with that of the container", async () => {
    const container = await newContainer(cosmos.database);
    const { resource: definition } = await container.read();

    const { resource } = await container.items.create<Doc>({ id: "1", pk: "a" });

    const rid = Buffer.from(String(resource?._rid).replaceAll("-", "/"), "base64");
    expect(rid).toHaveLength(16);
    expect(rid.subarray(0, 8)).toEqual(
      Buffer.from(String(definition?._rid).replaceAll("-", "/"), "base64"),
    );
    expect(rid.readUInt8(15) >> 4).toBe(0);
  });

  it("overwrites system properties that the client sends", async () => {
    const container = await newContainer(cosmos.database);

    const { resource } = await container.items.create<Doc>({
      id: "1",
      pk: "a",
      _etag: "mine",
      _ts: 1,
    });

    expect(resource?._etag).not.toBe("mine");
    expect(Math.abs(Number(resource?._ts) - Date.now() / 1000)).toBeLessThan(60);
  });

  it("is a conflict under a key that has the id, and none under another", async () => {
    const container = await newContainer(cosmos.database);
    await container.items.create<Doc>({ id: "1", pk: "a" });

    const again = await failureOf(container.items.create<Doc>({ id: "1", pk: "a" }));
    const elsewhere = await container.items.create<Doc>({ id: "1", pk: "b" });

    expect(again.code).toBe(409);
    expect(elsewhere.statusCode).toBe(201);
  });

  it("needs an id that is a text, not empty, without slash, backslash, hash, question mark or half a character", async () => {
    const container = await newContainer(cosmos.database);
    const bodies = [{ pk: "a" }, { id: 1, pk: "a" }, { id: "", pk: "a" }].concat(
      ["a/b", "a\\b", "a#b", "a?b", "a\uD800"].map((id) => ({ id, pk: "a" })),
    );

    const answers = await Promise.all(
      bodies.map(async (body) =>
        send(cosmos.server, {
          method: "POST",
          path: ["dbs", "tests", "colls", container.id, "docs"],
          headers: { "x-ms-documentdb-partitionkey": '["a"]' },
          body: JSON.stringify(body),
        }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 400));
  });

  it("takes an id of 1,023 bytes and no more", async () => {
    const container = await newContainer(cosmos.database);

    const longest = await container.items.create<Doc>({ id: "i".repeat(1023), pk: "a" });
    const longer = await failureOf(container.items.create<Doc>({ id: "i".repeat(1024), pk: "a" }));

    expect(longest.statusCode).toBe(201);
    expect(longer.code).toBe(400);
  });

  it("takes ids with spaces, percent signs, quotes and any script", async () => {
    const container = await newContainer(cosmos.database);
    const ids = [
      "a b",
      "100%",
      "a+b@c&d=e|f:g",
      "寸法",
      "😀",
      '"quoted"',
      "__proto__",
      "constructor",
    ];

    await Promise.all(ids.map(async (id) => container.items.create<Doc>({ id, pk: id })));

    const read = await Promise.all(
      ids.map(async (id) =>
        send(cosmos.server, {
          path: ["dbs", "tests", "colls", container.id, "docs", id],
          headers: {
            "x-ms-documentdb-partitionkey": JSON.stringify([id]).replaceAll(
              /[^ -~]/g,
              (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
            ),
          },
        }),
      ),
    );
    expect(read.filter(({ status }) => status !== 200)).toEqual([]);
    expect(read.map(({ json }) => field(json, "id"))).toEqual(ids);
  });

  it("keeps numbers, nesting, unicode and odd property names as they are", async () => {
    const container = await newContainer(cosmos.database);
    const body: Doc = parseDocument(
      '{"id":"1","pk":"a","__proto__":{"x":1},"":0,"big":9007199254740991,"small":5e-324,"neg":-0.5,"deep":[[[{"a":[]}]]],"u":"\\ud83d\\ude00\\u0000é","a.b":{"c d":null}}',
    );

    await container.items.create<Doc>(body);
    const { resource } = await container.item("1", "a").read<Doc>();

    expect(JSON.stringify({ ...resource })).toContain('"__proto__":{"x":1}');
    expect(resource).toMatchObject({
      "": 0,
      big: 9007199254740991,
      small: 5e-324,
      neg: -0.5,
      deep: [[[{ a: [] }]]],
      u: "😀\0é",
      "a.b": { "c d": null },
    });
  });

  it("refuses a document over 2 MB with 413", async () => {
    const container = await newContainer(cosmos.database);

    const failure = await failureOf(
      container.items.create<Doc>({ id: "1", pk: "a", text: "x".repeat(2 * 1024 * 1024) }),
    );

    expect(failure.code).toBe(413);
  });

  it("takes a document just under 2 MB", async () => {
    const container = await newContainer(cosmos.database);

    const { statusCode } = await container.items.create<Doc>({
      id: "1",
      pk: "a",
      text: "x".repeat(2 * 1024 * 1024 - 1000),
    });

    expect(statusCode).toBe(201);
  });

  it("refuses JSON that is no object, is broken, or nests without end", async () => {
    const container = await newContainer(cosmos.database);
    const bodies = [
      "[1]",
      "1",
      "null",
      "",
      "{",
      '{"id":"1"',
      "[".repeat(100_000),
      '{"a":'.repeat(5000),
    ];

    const answers = await Promise.all(
      bodies.map(async (body) =>
        send(cosmos.server, {
          method: "POST",
          path: ["dbs", "tests", "colls", container.id, "docs"],
          headers: { "x-ms-documentdb-partitionkey": '["a"]' },
          body,
        }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 400));
  });

  it("answers 404 with substatus 1003 in a container that does not exist", async () => {
    const { status, headers } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", "absent", "docs"],
      headers: { "x-ms-documentdb-partitionkey": '["a"]' },
      body: '{"id":"1","pk":"a"}',
    });

    expect(status).toBe(404);
    expect(headers.get("x-ms-substatus")).toBe("1003");
  });

  it("answers 400 with substatus 1001 when the key in the header is not the document's", async () => {
    const container = await newContainer(cosmos.database);

    const { status, headers } = await send(cosmos.server, {
      method: "POST",
      path: ["dbs", "tests", "colls", container.id, "docs"],
      headers: { "x-ms-documentdb-partitionkey": '["a"]' },
      body: '{"id":"1","pk":"b"}',
    });

    expect(status).toBe(400);
    expect(headers.get("x-ms-substatus")).toBe("1001");
  });
});
