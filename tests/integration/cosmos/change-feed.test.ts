import {
  ChangeFeedStartFrom,
  PartitionKeyBuilder,
  PartitionKeyKind,
  type ChangeFeedPullModelIterator,
  type Container,
} from "@azure/cosmos";

import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type Doc,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";
import { moveClock, send } from "../../helpers/cosmos-wire.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

const put = async (container: Container, ids: readonly string[], pk = "a"): Promise<void> => {
  for (const id of ids) {
    // oxlint-disable-next-line no-await-in-loop -- their order is what the feed is about
    await container.items.upsert<Doc>({ id, pk });
  }
};

/** Reads until the feed says that there is nothing new. */
const drain = async (feed: ChangeFeedPullModelIterator<Doc>): Promise<string[]> => {
  const ids: string[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each page goes on from the one before
    const page = await feed.readNext();
    if (page.statusCode === 304) return ids;
    ids.push(...page.result.map(({ id }) => id));
  }
};

const fromBeginning = (container: Container, maxItemCount = 100) =>
  container.items.getChangeFeedIterator<Doc>({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
    maxItemCount,
  });

describe("the change feed", () => {
  it("gives each item once, in the order of last writes", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1", "2", "3", "1"]);

    await expect(drain(fromBeginning(container))).resolves.toEqual(["2", "3", "1"]);
  });

  it("gives the same in pages of any size", async () => {
    const container = await newContainer(cosmos.database);
    const ids = Array.from({ length: 25 }, (_, n) => `i${n}`);
    await put(container, ids);

    const bySize = await Promise.all(
      [1, 7, 25, 100].map(async (size) => drain(fromBeginning(container, size))),
    );

    expect(bySize).toEqual([ids, ids, ids, ids]);
  });

  it("adds the number of the write to each document", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1", "2"]);

    const { result } = await fromBeginning(container).readNext();

    expect(result.map(({ _lsn }) => _lsn)).toEqual([1, 2]);
  });

  it("leaves out what was deleted", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1", "2"]);
    await container.item("1", "a").delete();

    await expect(drain(fromBeginning(container))).resolves.toEqual(["2"]);
  });

  it("begins now, and then gives only what is new", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["old"]);
    const feed = container.items.getChangeFeedIterator<Doc>({
      changeFeedStartFrom: ChangeFeedStartFrom.Now(),
    });

    const before = await drain(feed);
    await put(container, ["new"]);

    expect(before).toEqual([]);
    await expect(drain(feed)).resolves.toEqual(["new"]);
  });

  it("begins at a time", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["old"]);
    await moveClock(cosmos.server, 100_000);
    await put(container, ["new"]);
    await moveClock(cosmos.server, 0);
    const feed = container.items.getChangeFeedIterator<Doc>({
      changeFeedStartFrom: ChangeFeedStartFrom.Time(new Date(Date.now() + 50_000)),
    });

    await expect(drain(feed)).resolves.toEqual(["new"]);
  });

  it("goes on from a continuation token", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1", "2", "3"]);
    const { continuationToken } = await fromBeginning(container, 2).readNext();

    const feed = container.items.getChangeFeedIterator<Doc>({
      changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken),
    });

    await expect(drain(feed)).resolves.toEqual(["3"]);
  });

  it("can be read for one key alone", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1"], "a");
    await put(container, ["2"], "b");
    await put(container, ["3"], "a");
    const feed = container.items.getChangeFeedIterator<Doc>({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning("a"),
      maxItemCount: 1,
    });

    await expect(drain(feed)).resolves.toEqual(["1", "3"]);
  });

  it("can be read for the first level of a hierarchical key", async () => {
    const container = await newContainer(cosmos.database, {
      partitionKey: { paths: ["/tenant", "/user"], kind: PartitionKeyKind.MultiHash },
    });
    for (const [tenant, user] of [
      ["t1", "u1"],
      ["t2", "u1"],
      ["t1", "u2"],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- their order is what the feed is about
      await container.items.create<Doc>({ id: `${tenant}${user}`, tenant, user });
    }
    const feed = container.items.getChangeFeedIterator<Doc>({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(
        new PartitionKeyBuilder().addValue("t1").build(),
      ),
    });

    await expect(drain(feed)).resolves.toEqual(["t1u1", "t1u2"]);
  });

  it("can be read by feed ranges, which together hold everything", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1", "2"]);

    const ranges = await container.getFeedRanges();
    const parts = await Promise.all(
      ranges.map(async (range) =>
        drain(
          container.items.getChangeFeedIterator<Doc>({
            changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range),
          }),
        ),
      ),
    );

    expect(parts.flat()).toEqual(["1", "2"]);
  });

  it("refuses the token of a container that was deleted and made anew", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1"]);
    const { continuationToken } = await fromBeginning(container).readNext();
    await container.delete();
    await cosmos.database.containers.create({
      id: container.id,
      partitionKey: { paths: ["/pk"] },
    });

    const failure = await failureOf(
      container.items
        .getChangeFeedIterator({
          changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken),
        })
        .readNext(),
    );

    expect(failure.message).toMatch(/rid|continuation/i);
  });

  it("loses nothing to writes beside it", async () => {
    const container = await newContainer(cosmos.database);
    const ids = Array.from({ length: 200 }, (_, n) => `i${n}`);
    const feed = fromBeginning(container, 10);
    const seen: string[] = [];

    for (const group of Array.from({ length: 10 }, (_, n) => ids.slice(n * 20, n * 20 + 20))) {
      const writes = group.map(async (id) => container.items.create<Doc>({ id, pk: id }));
      // oxlint-disable-next-line no-await-in-loop -- it reads while the writes of its group go on
      seen.push(...(await drain(feed)));
      // oxlint-disable-next-line no-await-in-loop -- the next group comes once this one is written
      await Promise.all(writes);
    }
    seen.push(...(await drain(feed)));

    expect(seen.toSorted()).toEqual(ids.toSorted());
  });
});

describe("the headers of the change feed", () => {
  const read = async (container: Container, headers: Record<string, string>) =>
    send(cosmos.server, {
      path: ["dbs", "tests", "colls", container.id, "docs"],
      headers: {
        "a-im": "Incremental Feed",
        "x-ms-documentdb-partitionkeyrangeid": "0",
        ...headers,
      },
    });

  it("carry the position as an etag, and the number of items", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1", "2", "3"]);

    const full = await read(container, { "x-ms-max-item-count": "2" });
    const short = await read(container, { "x-ms-max-item-count": "2", "if-none-match": '"2"' });

    expect([full.status, full.headers.get("etag"), full.headers.get("x-ms-item-count")]).toEqual([
      200,
      '"2"',
      "2",
    ]);
    expect([short.status, short.headers.get("etag")]).toEqual([200, '"3"']);
  });

  it("are there on a 304 too, with a position that is never a star", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1"]);

    const { status, text, headers } = await read(container, { "if-none-match": "*" });

    expect([status, text]).toEqual([304, ""]);
    expect(headers.get("etag")).toBe('"1"');
    expect(headers.get("x-ms-item-count")).toBe("0");
    expect(headers.get("x-ms-session-token")).toBe("0:-1#1");
  });

  it("let the position win over a time", async () => {
    const container = await newContainer(cosmos.database);
    await put(container, ["1", "2"]);

    const { json } = await read(container, {
      "if-none-match": '"1"',
      "if-modified-since": new Date(Date.now() + 86_400_000).toUTCString(),
    });

    expect(json).toMatchObject({ _count: 1 });
  });

  it("refuse the feed of all versions, and positions that are none", async () => {
    const container = await newContainer(cosmos.database);

    const versions = await send(cosmos.server, {
      path: ["dbs", "tests", "colls", container.id, "docs"],
      headers: { "a-im": "Full-Fidelity Feed" },
    });
    const position = await read(container, { "if-none-match": '"abc"' });
    const time = await read(container, { "if-modified-since": "yesterday" });

    expect([versions.status, position.status, time.status]).toEqual([400, 400, 400]);
  });
});
