import type { Container, FeedOptions } from "@azure/cosmos";

import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

const numbered = (n: number) => ({ id: `i${n}`, pk: `p${n % 3}`, n, kind: n % 4 });

const filled = async (count: number): Promise<Container> => {
  const container = await newContainer(cosmos.database);
  for (let n = 0; n < count; n += 1) await container.items.create(numbered(n));
  return container;
};

interface Step {
  readonly rows: readonly unknown[];
  readonly token: string | undefined;
}

/** One page by itself, as a web server would ask for it: the token is all that is kept. */
const page = async (container: Container, query: string, options: FeedOptions): Promise<Step> => {
  const { resources, continuationToken } = await container.items
    .query<unknown>(query, options)
    .fetchNext();
  return { rows: resources, token: continuationToken };
};

const pages = async (
  container: Container,
  query: string,
  between: (count: number) => Promise<void> = async () => {},
): Promise<readonly (readonly unknown[])[]> => {
  const all: (readonly unknown[])[] = [];
  let token: string | undefined;
  do {
    const step = await page(container, query, {
      maxItemCount: 4,
      ...(token !== undefined && { continuationToken: token }),
    });
    all.push(step.rows);
    token = step.token;
    if (token !== undefined) await between(all.length);
  } while (token !== undefined);
  return all;
};

describe("a query in pages", () => {
  it.each([
    ["of items", "SELECT VALUE c.n FROM c"],
    ["that filters", "SELECT VALUE c.n FROM c WHERE c.kind != 1"],
    ["in ascending order", "SELECT VALUE c.n FROM c ORDER BY c.n"],
    ["in descending order", "SELECT VALUE c.n FROM c ORDER BY c.n DESC"],
    ["in an order with ties", "SELECT VALUE c.n FROM c ORDER BY c.kind"],
    ["in an order with ties, from the end", "SELECT VALUE c.n FROM c ORDER BY c.kind DESC"],
    ["with TOP", "SELECT TOP 10 VALUE c.n FROM c ORDER BY c.n"],
    ["with OFFSET and LIMIT", "SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 3 LIMIT 9"],
    ["with DISTINCT", "SELECT DISTINCT VALUE c.n FROM c"],
    ["with DISTINCT and an order", "SELECT DISTINCT VALUE c.n FROM c ORDER BY c.n"],
    ["of groups", "SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n"],
    ["of joined rows", "SELECT VALUE [c.n, x] FROM c JOIN x IN (SELECT VALUE ['a', 'b', 'c'])"],
  ])("%s adds up to the whole", async (_, query) => {
    const container = await filled(13);
    const { resources: whole } = await container.items.query<unknown>(query).fetchAll();

    const parts = await pages(container, query);

    expect(parts.flat()).toEqual(whole);
    expect(parts.slice(0, -1).every((rows) => rows.length === 4)).toBe(true);
  });

  it("gives no token with its last page", async () => {
    const container = await filled(4);

    const { rows, token } = await page(container, "SELECT * FROM c", { maxItemCount: 4 });

    expect(rows).toHaveLength(4);
    expect(token).toBeUndefined();
  });

  it("is walked through by one iterator", async () => {
    const container = await filled(9);
    const iterator = container.items.query<unknown>("SELECT VALUE c.n FROM c", { maxItemCount: 4 });

    const sizes: number[] = [];
    while (iterator.hasMoreResults()) {
      const { resources } = await iterator.fetchNext();
      sizes.push(resources.length);
    }

    expect(sizes).toEqual([4, 4, 1]);
  });

  it("gives 100 rows when the caller does not say how many", async () => {
    const container = await newContainer(cosmos.database);
    const operations = Array.from({ length: 100 }, (_, n) => ({
      operationType: "Create" as const,
      resourceBody: { id: `i${n}`, pk: "p" },
    }));
    await container.items.batch(operations, "p");
    await container.items.create({ id: "one more", pk: "p" });

    const { rows } = await page(container, "SELECT VALUE c.id FROM c", {});

    expect(rows).toHaveLength(100);
  });

  it("holds no more than 4 MB in a page", async () => {
    const container = await newContainer(cosmos.database);
    const text = "x".repeat(1_500_000);
    for (let n = 0; n < 5; n += 1) await container.items.create({ id: `i${n}`, pk: "p", text });

    const { rows, token } = await page(container, "SELECT * FROM c", { maxItemCount: 100 });

    expect(rows).toHaveLength(2);
    expect(token).toBeDefined();
  });
});

describe("pages while others write", () => {
  it("give each item once when items before and behind are deleted", async () => {
    const container = await filled(16);

    const parts = await pages(container, "SELECT VALUE c.n FROM c ORDER BY c.n", async (count) => {
      if (count > 1) return;
      // The last one given, the one that would come next, and one further on.
      for (const n of [3, 4, 9]) await container.item(`i${n}`, `p${n % 3}`).delete();
    });

    expect(parts.flat()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]);
  });

  it("give what is inserted behind the place of the page, and not what comes before", async () => {
    const container = await filled(8);

    const parts = await pages(container, "SELECT VALUE c.n FROM c ORDER BY c.n", async (count) => {
      if (count > 1) return;
      await container.items.create({ ...numbered(100), n: 3.5 });
      await container.items.create({ ...numbered(101), n: 1.5 });
    });

    expect(parts.flat()).toEqual([0, 1, 2, 3, 3.5, 4, 5, 6, 7]);
  });

  it("give what is inserted at the end of an unordered query", async () => {
    const container = await filled(6);

    const parts = await pages(container, "SELECT VALUE c.n FROM c", async (count) => {
      if (count === 1) await container.items.create(numbered(50));
    });

    expect(parts.flat()).toEqual([0, 1, 2, 3, 4, 5, 50]);
  });
});

describe("a continuation token", () => {
  const token = async (container: Container, query: string): Promise<string> =>
    (await page(container, query, { maxItemCount: 2 })).token ?? "";

  it("is refused when it is none", async () => {
    const container = await filled(4);

    const failures = await Promise.all(
      ["x", "{}", "AAAA", "bnVsbA"].map(async (continuationToken) =>
        failureOf(page(container, "SELECT * FROM c", { continuationToken })),
      ),
    );

    expect(failures.map(({ code }) => code)).toEqual([400, 400, 400, 400]);
  });

  it("is refused by another query, and by the same with other parameters", async () => {
    const container = await filled(4);
    const continuationToken = await token(container, "SELECT * FROM c");

    const failures = await Promise.all([
      failureOf(
        page(container, "SELECT * FROM c WHERE true", { continuationToken, maxItemCount: 2 }),
      ),
      failureOf(
        container.items
          .query(
            { query: "SELECT * FROM c", parameters: [{ name: "@p", value: 1 }] },
            { continuationToken },
          )
          .fetchNext(),
      ),
    ]);

    expect(failures.map(({ code }) => code)).toEqual([400, 400]);
  });

  it("may be used with another page size, and more than once", async () => {
    const container = await filled(6);
    const query = "SELECT VALUE c.n FROM c ORDER BY c.n DESC";
    const continuationToken = await token(container, query);

    const once = await page(container, query, { continuationToken, maxItemCount: 3 });
    const again = await page(container, query, { continuationToken, maxItemCount: 10 });

    expect([once.rows, again.rows]).toEqual([
      [3, 2, 1],
      [3, 2, 1, 0],
    ]);
  });

  it("stays short, however long the values of the order are", async () => {
    const container = await newContainer(cosmos.database);
    for (let n = 0; n < 4; n += 1) {
      await container.items.create({ id: `i${n}`, pk: "p", text: "x".repeat(20_000) + n });
    }

    const parts = await pages(container, "SELECT VALUE c.id FROM c ORDER BY c.text DESC");
    const { token: long } = await page(container, "SELECT VALUE c.id FROM c ORDER BY c.text", {
      maxItemCount: 1,
    });

    expect(parts.flat()).toEqual(["i3", "i2", "i1", "i0"]);
    expect(long?.length).toBeLessThan(4096);
  });
});
