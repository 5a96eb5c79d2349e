import {
  type StoredAnswer,
  makeAnswerOnce,
} from "../../../src/domain/requests/repeatable-request.ts";
import { MemoryRequestStore } from "../../helpers/memory-request-store.ts";
import { Crash, crashAfter, steppedThrough } from "../../helpers/steps.ts";

const request = (changes: { bodyDigest?: string; newId?: string } = {}) => ({
  key: "key",
  bodyDigest: "body",
  newId: "first-id",
  ...changes,
});

/** Work that gives what was created under an id, and creates it when it is not there. */
const creating = (created: Map<string, StoredAnswer>) => async (newId: string) => {
  const answer = created.get(newId) ?? { status: 201, headers: { location: newId } };
  created.set(newId, answer);
  return answer;
};

const answerOnceOver = (requests: MemoryRequestStore, wait = () => Promise.resolve()) =>
  makeAnswerOnce({ requests, wait });

describe("a repeatable request", () => {
  it("gets the first answer again, and the work is not done again", async () => {
    const created = new Map<string, StoredAnswer>();
    const answerOnce = answerOnceOver(new MemoryRequestStore());
    const first = await answerOnce(request(), creating(created));

    const repeated = await answerOnce(request({ newId: "other-id" }), () => {
      throw new Error("Worked twice");
    });

    expect(repeated).toEqual(first);
  });

  it("refuses an id that came with another body", async () => {
    const answerOnce = answerOnceOver(new MemoryRequestStore());
    await answerOnce(request(), creating(new Map()));

    const other = answerOnce(request({ bodyDigest: "other" }), creating(new Map()));

    await expect(other).rejects.toMatchObject({ code: "repeatability-id-reused" });
  });

  it("may be tried again under the same id after a failure", async () => {
    const answerOnce = answerOnceOver(new MemoryRequestStore());
    const failing = answerOnce(request(), () => Promise.reject(new Error("No database")));
    await expect(failing).rejects.toThrow("No database");

    const repeated = await answerOnce(request({ newId: "other-id" }), creating(new Map()));

    expect(repeated.headers).toEqual({ location: "first-id" });
  });

  it("is worked on once when two come at the same moment", async () => {
    const created = new Map<string, StoredAnswer>();
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const answerOnce = answerOnceOver(new MemoryRequestStore(), async () => finish());

    const answers = await Promise.all([
      answerOnce(request(), async (newId) => {
        await finished;
        return creating(created)(newId);
      }),
      answerOnce(request({ newId: "other-id" }), creating(created)),
    ]);

    expect(answers[0]).toEqual(answers[1]);
    expect([...created.keys()]).toEqual(["first-id"]);
  });

  it.each(
    [0, 1, 2].flatMap((steps) => [
      { steps, effect: "with effect" } as const,
      { steps, effect: "without effect" } as const,
    ]),
  )("creates one thing when the process dies at call $steps $effect", async (crash) => {
    const created = new Map<string, StoredAnswer>();
    const requests = new MemoryRequestStore();
    const around = crashAfter(crash.steps, crash.effect);
    const dying = answerOnceOver(steppedThrough(requests, around));
    const outcome: unknown = await dying(request(), async (newId) => {
      await around(() => creating(created)(newId));
      return { status: 201, headers: { location: newId } };
    }).catch((error: unknown) => error);

    const repeated = await answerOnceOver(requests)(
      request({ newId: "other-id" }),
      creating(created),
    );

    expect(outcome).toBeInstanceOf(Crash);
    expect([...created.keys()]).toEqual([repeated.headers["location"]]);
  });
});
