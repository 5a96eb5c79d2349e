import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";

import { Message } from "../../../local/service-bus/engine/message.ts";
import { Archive } from "../../../local/service-bus/store/archive.ts";
import { Commits } from "../../../local/service-bus/store/commits.ts";
import { prepareDatabase } from "../../../local/service-bus/store/database.ts";
import { Store } from "../../../local/service-bus/store/store.ts";
import { contentWith } from "./harness.ts";

const message = (sequenceNumber: number, restBytes = 10): Message =>
  new Message(
    {
      ...contentWith(`m${sequenceNumber}`),
      rest: Buffer.alloc(restBytes),
      entity: 1,
      sequenceNumber,
      enqueueSequenceNumber: sequenceNumber,
      enqueuedAt: 0,
      deliveryCount: 0,
    },
    "ready",
  );

/** Commits whose writes end when the test says so. */
const committing = (isDurable: boolean) => {
  const database = new DatabaseSync(":memory:");
  prepareDatabase(database, "process");
  const happened: string[] = [];
  const writes: { readonly end: (error?: Error) => void }[] = [];
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const commits = new Commits({
    isDurable,
    write: ({ rows }, done) => {
      const memory = new ArrayBuffer(rows.byteLength);
      writes.push({ end: (error) => done(error ? { memory, error } : { memory }) });
      resolve();
    },
    onFailure: () => happened.push("failure"),
  });
  const archive = new Archive(database, () => 0);
  const store = new Store({ now: () => 0, onChange: commits.plan, archive });
  commits.use(store);
  const effect = (name: string) => ({
    done: () => void happened.push(name),
    failed: () => void happened.push(`not ${name}`),
  });
  return { commits, store, effect, happened, writes, first };
};

it("lets an effect happen only after what was changed before it is kept", async () => {
  const { commits, store, effect, happened, writes, first } = committing(true);
  commits.after(effect("at once"));
  store.changed(message(1));
  commits.after(effect("later"));

  await first;
  const before = [...happened];
  writes[0]?.end();

  expect(before).toEqual(["at once"]);
  expect(happened).toEqual(["at once", "later"]);
});

it("waits for nothing but the group in which a message was changed", async () => {
  const { commits, store, effect, happened, writes, first } = committing(true);
  const [stored, fresh] = [message(1), message(2)];
  store.changed(stored);
  await first;

  store.changed(fresh);
  commits.after(effect("fresh"), fresh.group);
  commits.after(effect("stored"), stored.group);
  writes[0]?.end();

  expect(happened).toEqual(["stored"]);
});

it("keeps the order of effects, also of one that another brings", async () => {
  const { commits, store, effect, happened, writes, first } = committing(true);
  const changed = message(1);
  store.changed(changed);
  commits.after({
    done: () => commits.after(effect("third"), changed.group),
    failed: () => undefined,
  });
  commits.after(effect("second"));

  await first;
  writes[0]?.end();

  expect(happened).toEqual(["second", "third"]);
});

it("forgets with a failed group what came after it", async () => {
  const { commits, store, effect, happened, writes, first } = committing(true);
  store.changed(message(1));
  commits.after(effect("one"));
  await first;
  store.changed(message(2));
  commits.after(effect("two"));

  writes[0]?.end(new Error("no room"));
  commits.after(effect("afterwards"));

  expect(happened).toEqual(["not one", "not two", "failure", "afterwards"]);
});

it("lets senders wait, too, when much is to be written without durable writes", async () => {
  const { commits, store, effect, happened, writes } = committing(false);
  store.changed(message(1));
  commits.afterBacklog(effect("little"));
  store.changed(message(2, 2 * 2 ** 20));
  commits.afterBacklog(effect("written at once"));
  store.changed(message(3, 9 * 2 ** 20));
  commits.afterBacklog(effect("much"));
  commits.after(effect("not a send"));
  const before = [...happened];

  writes[0]?.end();
  await nextTurn();
  writes[1]?.end();

  expect(before).toEqual(["little", "written at once", "not a send"]);
  expect(happened).toEqual([...before, "much"]);
});

it("says when all is kept", async () => {
  const { commits, store, happened, writes, first } = committing(true);
  store.changed(message(1));
  const idle = commits.whenIdle().then(() => happened.push("idle"));
  await first;
  store.changed(message(2));

  writes[0]?.end();
  const between = [...happened];
  writes[1]?.end();
  await idle;

  expect(between).toEqual([]);
  expect(happened).toEqual(["idle"]);
});
