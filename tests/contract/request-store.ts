import { randomUUID } from "node:crypto";

import type { RequestRecord, RequestStore } from "../../src/domain/requests/repeatable-request.ts";

/** What each RequestStore must do, the fake as well as the adapter. */
export const describeRequestStore = (name: string, make: () => RequestStore): void => {
  describe(`${name} as a RequestStore`, () => {
    const record = (): RequestRecord => ({
      key: randomUUID(),
      bodyDigest: "digest",
      newId: "new-id",
    });

    it("takes a key once and keeps the first record", async () => {
      const store = make();
      const first = record();

      const taken = [await store.insert(first), await store.insert({ ...first, newId: "other" })];

      expect(taken).toEqual([true, false]);
      expect(await store.get(first.key)).toEqual(first);
    });

    it("knows nothing of a key that was never used", async () => {
      expect(await make().get(randomUUID())).toBeUndefined();
    });

    it.each([
      ["with a body", { status: 201, headers: { etag: '"1"' }, body: { name: "x", list: [1] } }],
      ["without one", { status: 204, headers: {} }],
    ])("keeps an answer %s", async (_, answer) => {
      const store = make();
      const first = record();
      await store.insert(first);

      await store.put({ ...first, answer });

      expect((await store.get(first.key))?.answer).toEqual(answer);
    });
  });
};
