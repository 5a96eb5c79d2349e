import type { ServiceBusReceiver } from "@azure/service-bus";

import { stockroomEntities } from "../../local/stockroom-entities.ts";
import { ServiceBusDeadLetters } from "../../src/adapters/service-bus/service-bus-dead-letters.ts";
import { MemoryDeadLetters } from "../helpers/memory-dead-letters.ts";
import {
  type LocalServiceBus,
  receiveAll,
  receiveNothing,
  receiveOne,
  startLocalServiceBus,
} from "../helpers/service-bus.ts";
import { describeDeadLetters } from "./dead-letters.contract.ts";

describeDeadLetters("MemoryDeadLetters", async () => {
  const letters = new MemoryDeadLetters();
  return {
    open: () => letters,
    put: async (letter) => letters.put(letter),
    sentTo: async (place) =>
      letters.sent.filter((message) => message.place === place).map(({ body }) => body),
  };
});

let bus: LocalServiceBus;

beforeAll(async () => {
  const [entities] = stockroomEntities().UserConfig.Namespaces;
  if (!entities) throw new Error("There are no entities.");
  bus = await startLocalServiceBus(entities);
});
afterAll(() => bus.stop());

const open = () => new ServiceBusDeadLetters(() => Promise.resolve(bus.client));

const takeAll = async (receiver: ServiceBusReceiver): Promise<void> => {
  const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 100 });
  await Promise.all(messages.map((message) => receiver.completeMessage(message)));
  await receiver.close();
};

const textOf = ({ body }: { body: unknown }): string => String(body);

/** The first message of the session that is there. */
const nextEvent = () => bus.client.acceptNextSession("events", "webhooks");

describeDeadLetters("ServiceBusDeadLetters", async () => {
  await takeAll(bus.client.createReceiver("dead-letters"));
  await takeAll(bus.client.createReceiver("jobs"));
  return {
    open,
    put: async ({ body, source = "jobs", reason = "", description = "", messageId }) => {
      const message = { body: Buffer.from(body), ...(messageId !== undefined && { messageId }) };
      const place = source === "jobs" ? "jobs" : "events";
      await bus.send(place, { ...message, ...(source === "events" && { sessionId: "entity-1" }) });
      const receiver = source === "jobs" ? bus.client.createReceiver("jobs") : await nextEvent();
      await receiver.deadLetterMessage(await receiveOne(receiver), {
        deadLetterReason: reason,
        deadLetterErrorDescription: description,
      });
      await receiver.close();
    },
    sentTo: async (place, count) => {
      if (place === "jobs" && count === 0) {
        const receiver = bus.client.createReceiver("jobs");
        const none = await receiveNothing(receiver);
        await receiver.close();
        return none.map(textOf);
      }
      const receiver = place === "jobs" ? bus.client.createReceiver("jobs") : await nextEvent();
      const messages = await receiveAll(receiver, count);
      await Promise.all(messages.map((message) => receiver.completeMessage(message)));
      await receiver.close();
      return messages.map(textOf);
    },
  };
});
