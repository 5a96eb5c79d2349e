import { randomUUID } from "node:crypto";

import type { ClaimStore } from "../../src/domain/claims/claims.ts";

/** What each ClaimStore must do, the fake as well as the adapter. */
export const describeClaimStore = (name: string, make: () => ClaimStore): void => {
  describe(`${name} as a ClaimStore`, () => {
    const claim = (owner = "one") => ({ key: `sku:a/b?${randomUUID()}`, owner });

    it("takes a key once", async () => {
      const store = make();
      const first = claim();

      const taken = [await store.insert(first), await store.insert({ ...first, owner: "other" })];

      expect(taken).toEqual([true, false]);
      expect((await store.get(first.key))?.value).toEqual(first);
    });

    it("knows nothing of a key that nobody claimed", async () => {
      expect(await make().get(claim().key)).toBeUndefined();
    });

    it("replaces the version that was read and no other", async () => {
      const store = make();
      const first = claim();
      await store.insert(first);
      const { version } = (await store.get(first.key))!;

      const replaced = [
        await store.replace({ ...first, owner: "two" }, version),
        await store.replace({ ...first, owner: "three" }, version),
      ];

      expect(replaced).toEqual([true, false]);
      expect((await store.get(first.key))?.value.owner).toBe("two");
    });

    it("gives a new version also to a claim that is written as it was", async () => {
      const store = make();
      const first = claim();
      await store.insert(first);
      const before = (await store.get(first.key))!;

      await store.replace(first, before.version);

      expect((await store.get(first.key))?.version).not.toBe(before.version);
    });

    it("removes the version that was read and no other", async () => {
      const store = make();
      const first = claim();
      await store.insert(first);
      const old = (await store.get(first.key))!;
      await store.replace(first, old.version);

      await store.remove(old);
      const kept = await store.get(first.key);
      await store.remove(kept!);

      expect(kept?.value).toEqual(first);
      expect(await store.get(first.key)).toBeUndefined();
      await expect(store.remove(old)).resolves.toBeUndefined();
      expect(await store.replace(first, old.version)).toBe(false);
    });
  });
};
