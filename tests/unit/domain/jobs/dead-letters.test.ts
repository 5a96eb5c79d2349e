import { makeDeadLetterUseCases } from "../../../../src/domain/jobs/dead-letters.ts";
import { MemoryDeadLetters } from "../../../helpers/memory-dead-letters.ts";

it("replays a dead letter once, and says of an unknown one that it is not there", async () => {
  const letters = new MemoryDeadLetters();
  letters.put({ body: "one" });
  const { list, replay } = makeDeadLetterUseCases(letters);
  const { deadLetters } = await list({ limit: 10 });
  const number = deadLetters[0]?.sequenceNumber ?? "";

  await replay(number);

  expect(letters.sent).toEqual([{ place: "jobs", body: "one" }]);
  await expect(replay(number)).rejects.toMatchObject({ code: "dead-letter-not-found" });
});

it("discards a dead letter, and lets be what is not there", async () => {
  const letters = new MemoryDeadLetters();
  letters.put({ body: "one" });
  const { list, discard } = makeDeadLetterUseCases(letters);

  await discard("1");
  await discard("1");

  await expect(list({ limit: 10 })).resolves.toEqual({ deadLetters: [] });
  expect(letters.sent).toEqual([]);
});
