import type { DeadLetter, DeadLetters } from "../../src/domain/jobs/dead-letters.ts";
import type { PutDeadLetter } from "../helpers/memory-dead-letters.ts";

export interface DeadLettersLab {
  /** Another one sees the same letters, as in another process. */
  readonly open: () => DeadLetters;
  readonly put: (letter: PutDeadLetter) => Promise<void>;
  /** Bodies that were replayed to the place since the lab was made. */
  readonly sentTo: (place: "jobs" | "events", count: number) => Promise<readonly string[]>;
}

const FAR = String(2n ** 63n - 1n);

/** @param makeLab empties the dead letters. */
export const describeDeadLetters = (name: string, makeLab: () => Promise<DeadLettersLab>): void => {
  describe(`${name} as DeadLetters`, () => {
    let lab: DeadLettersLab;
    let letters: DeadLetters;

    beforeEach(async () => {
      lab = await makeLab();
      letters = lab.open();
    });

    const all = async (): Promise<readonly DeadLetter[]> =>
      (await letters.list({ limit: 100 })).deadLetters;

    const numberOf = async (body: string): Promise<string> => {
      const found = (await all()).find(({ bodyPreview }) => bodyPreview === body);
      if (!found) throw new Error(`There is no letter ${body}.`);
      return found.sequenceNumber;
    };

    const putMany = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) await lab.put({ body: `letter ${index}` });
    };

    it("lists what is there, with the reason, the oldest first", async () => {
      await lab.put({
        body: "one",
        reason: "malformed",
        description: "It is no JSON.",
        messageId: "message-1",
      });
      await lab.put({ body: "x".repeat(5000) });

      const [first, second, ...others] = await all();

      expect(first).toMatchObject({
        reason: "malformed",
        description: "It is no JSON.",
        messageId: "message-1",
        deliveryCount: 0,
        bodyPreview: "one",
      });
      expect(first?.enqueuedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u);
      expect(second?.bodyPreview).toBe("x".repeat(1024));
      expect(others).toEqual([]);
    });

    it("lists them a page at a time", async () => {
      await putMany(5);
      const seen: string[] = [];
      const sizes: number[] = [];

      let from: string | undefined;
      do {
        const page = await letters.list({ from, limit: 2 });
        seen.push(...page.deadLetters.map(({ bodyPreview }) => bodyPreview));
        sizes.push(page.deadLetters.length);
        from = page.next;
      } while (from !== undefined);

      expect(seen).toEqual([0, 1, 2, 3, 4].map((index) => `letter ${index}`));
      expect(sizes).toEqual([2, 2, 1]);
    });

    it("has no next page when the last one is full", async () => {
      await putMany(2);

      await expect(letters.list({ limit: 2 })).resolves.not.toHaveProperty("next");
    });

    it("sends one back to where it came from, and leaves the others as they are", async () => {
      await putMany(20);
      await lab.put({ body: "event", source: "events" });
      const before = await all();

      await expect(letters.replay(await numberOf("letter 11"))).resolves.toBe(true);
      await expect(letters.replay(await numberOf("event"))).resolves.toBe(true);

      const left = (await all()).map(({ sequenceNumber, bodyPreview }) => [
        sequenceNumber,
        bodyPreview,
      ]);
      expect(left).toEqual(
        before
          .map(({ sequenceNumber, bodyPreview }) => [sequenceNumber, bodyPreview])
          .filter(([, body]) => body !== "letter 11" && body !== "event"),
      );
      await expect(lab.sentTo("jobs", 1)).resolves.toEqual(["letter 11"]);
      await expect(lab.sentTo("events", 1)).resolves.toEqual(["event"]);
    });

    it("takes one away for good, and sends nothing", async () => {
      await putMany(3);

      await expect(letters.discard(await numberOf("letter 1"))).resolves.toBe(true);

      expect((await all()).map(({ bodyPreview }) => bodyPreview)).toEqual(["letter 0", "letter 2"]);
      await expect(lab.sentTo("jobs", 0)).resolves.toEqual([]);
    });

    it("says that one is not there, or not any more", async () => {
      await putMany(1);
      const number = await numberOf("letter 0");
      await letters.discard(number);

      await expect(
        Promise.all([
          letters.replay(number),
          letters.discard(number),
          letters.replay("0"),
          letters.replay(FAR),
        ]),
      ).resolves.toEqual([false, false, false, false]);
      await expect(lab.sentTo("jobs", 0)).resolves.toEqual([]);
    });

    it("lets one of two operators have a letter", async () => {
      await putMany(6);
      const number = await numberOf("letter 4");

      const outcomes = await Promise.all([lab.open().replay(number), lab.open().replay(number)]);

      expect(outcomes.toSorted()).toEqual([false, true]);
      await expect(lab.sentTo("jobs", 1)).resolves.toEqual(["letter 4"]);
    });

    it("lets two operators have two letters at once", async () => {
      await putMany(6);
      const [first, second] = [await numberOf("letter 5"), await numberOf("letter 4")];

      await expect(
        Promise.all([lab.open().replay(first), lab.open().discard(second)]),
      ).resolves.toEqual([true, true]);

      await expect(lab.sentTo("jobs", 1)).resolves.toEqual(["letter 5"]);
      expect(await all()).toHaveLength(4);
    });
  });
};
