import { AppError } from "../../../../src/domain/errors.ts";
import type { JobMessage, RejectedMessage } from "../../../../src/domain/jobs/job-queue.ts";
import { runJobsFunction } from "../../../../src/functions/jobs/run-jobs.ts";
import { collectingContext } from "../../../helpers/invocation.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const lab = (deadLetter: (message: RejectedMessage) => Promise<void>) => {
  const worked: JobMessage[] = [];
  const runner = {
    run: (messages: readonly JobMessage[]) => {
      worked.push(...messages);
      return Promise.resolve(messages.map(({ id }) => ({ id, outcome: "succeeded" as const })));
    },
    drain: () => Promise.resolve(),
  };
  const { handler } = runJobsFunction(runner, deadLetter);
  const { context } = collectingContext();
  return { worked, run: async (...batch: Uint8Array[]) => handler(batch, context) };
};

const UNREADABLE = ["", "not JSON", "null", "[]", '{"id":5}', '{"id":"a/b"}', "\u0000"];

it("puts aside what names no job, and works on the others of the batch", async () => {
  const aside: RejectedMessage[] = [];
  const { run, worked } = lab(async (message) => void aside.push(message));

  await run(...UNREADABLE.map(bytes), bytes('{"id":"job-1","traceparent":"00-1-2-01"}'));

  expect(worked).toEqual([{ id: "job-1", traceparent: "00-1-2-01" }]);
  expect(aside.map(({ reason }) => reason)).toEqual(UNREADABLE.map(() => "MalformedMessage"));
});

it("works on the others also when one cannot be put aside, and then has the batch come again", async () => {
  const { run, worked } = lab(() => Promise.reject(new AppError("unavailable", "It is away.")));

  const running = run(bytes("not JSON"), bytes('{"id":"job-1"}'));

  await expect(running).rejects.toMatchObject({ code: "unavailable" });
  expect(worked).toEqual([{ id: "job-1" }]);
});
