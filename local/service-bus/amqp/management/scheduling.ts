import { array, long } from "../../codec/write.ts";
import { contentOf } from "../../engine/content.ts";
import { BrokerError } from "../../engine/errors.ts";
import type { Entity } from "../../engine/namespace.ts";
import { Queue } from "../../engine/queue.ts";
import { bodyOf, type Operation } from "./operation.ts";

/** All messages are scheduled, or none; one whose time is past is enqueued at once. */
export const scheduleMessage: Operation<Entity> = ({ entity, arguments: args }) => {
  const contents = args.maps("messages").map((entry) => contentOf(entry.bytes("message")));
  const needsSession = entity instanceof Queue && entity.settings.requiresSession;
  if (needsSession && contents.some(({ envelope }) => envelope.sessionId === null)) {
    throw new BrokerError("amqp:not-allowed", "The SessionId was not set on a message.");
  }
  const numbers = contents.map((content) => entity.send(content));
  return bodyOf({ "sequence-numbers": array(numbers.map(long), 0x81) });
};

export const cancelScheduledMessage: Operation<Entity> = ({ entity, arguments: args }) => {
  entity.cancelScheduled(args.numbers("sequence-numbers"));
  return bodyOf({});
};
