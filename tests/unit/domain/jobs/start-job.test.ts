import { makeStartJob } from "../../../../src/domain/jobs/start-job.ts";
import { AppError } from "../../../../src/domain/errors.ts";
import { memoryJobStore } from "../../../helpers/memory-job-store.ts";

const lab = (send: () => Promise<void> = () => Promise.resolve()) => {
  const jobs = memoryJobStore();
  const now = (): Date => new Date("2026-11-25T09:00:00Z");
  const startJob = makeStartJob({
    jobs,
    now,
    queue: { send, deadLetter: () => Promise.resolve() },
  });
  const start = (input: unknown, author = "somebody") =>
    startJob({
      id: "job-1",
      kind: "call-url",
      input,
      author: { id: author, kind: "person", requestId: "request" },
    });
  return { start, jobs };
};

describe("the same id again", () => {
  it("gives the job that is there, in whichever order the fields of its input come", async () => {
    const { start } = lab();
    const first = await start({ url: "https://a.example", body: { n: 1, list: [{ a: 1, b: 2 }] } });

    const again = await start({ body: { list: [{ b: 2, a: 1 }], n: 1 }, url: "https://a.example" });

    expect(again).toEqual(first);
  });

  it.each([
    ["another value", { url: "https://a.example", body: { list: [1, 3] } }, "somebody"],
    ["another order of a list", { url: "https://a.example", body: { list: [2, 1] } }, "somebody"],
    ["a field less", { body: { list: [1, 2] } }, "somebody"],
    ["another caller", { url: "https://a.example", body: { list: [1, 2] } }, "somebody else"],
  ])("is refused with %s", async (_what, input, author) => {
    const { start } = lab();
    await start({ url: "https://a.example", body: { list: [1, 2] } });

    await expect(start(input, author)).rejects.toMatchObject({ code: "job-id-in-use" });
  });
});

it("starts a job whose message cannot be sent, and leaves it to upkeep", async () => {
  const { start, jobs } = lab(() => Promise.reject(new AppError("unavailable", "It is away.")));

  await start({});

  const due = await jobs.due(new Date("2026-11-25T09:00:16Z"), 10);
  expect(due.map(({ value }) => value.id)).toEqual(["job-1"]);
});
