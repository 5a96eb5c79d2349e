/** Operations on messages: locks, peek, deferred ones, settlement outside the link. */
import { withoutBody } from "../../codec/bare-message.ts";
import { encodeDelivery } from "../../codec/delivery.ts";
import { reorderToken } from "../../codec/lock-token.ts";
import { array, binary, list, timestamp, uuid } from "../../codec/write.ts";
import { BrokerError } from "../../engine/errors.ts";
import { type Lock, lockedUntil } from "../../engine/locks.ts";
import type { Message } from "../../engine/message.ts";
import type { Queue } from "../../engine/queue.ts";
import { peek, receiveDeferred } from "../../engine/receiving.ts";
import { locksByToken, type Outcome, renewLocks, settle } from "../../engine/settlement.ts";
import type { Arguments } from "./arguments.ts";
import { bodyOf, type Operation } from "./operation.ts";

/** How much of messages one answer to a peek holds; at least one message, whatever its size. */
const PEEK_BYTES = 2 ** 20;

const RECEIVE_AND_DELETE = 0;

const tokensOf = (args: Arguments): readonly Buffer[] =>
  args.uuids("lock-tokens").map(reorderToken);

const encode = (queue: Queue, message: Message, lock: Lock | null): Buffer =>
  encodeDelivery(message, queue.restOf(message), lock ? lockedUntil(lock) : null);

export const renewLock: Operation = ({ entity, arguments: args }) => {
  const renewed = renewLocks(entity, locksByToken(entity, tokensOf(args)));
  return bodyOf({ expirations: array(renewed.map(timestamp), 0x83) });
};

export const peekMessage: Operation = ({ entity, arguments: args }) => {
  const count = args.number("message-count");
  const omitsBody = args.flag("omit-message-body");
  const from = args.optionalNumber("from-sequence-number", 1);
  const found: Buffer[] = [];
  let bytes = 0;
  for (const message of peek(entity, { from, sessionId: args.optionalText("session-id") })) {
    if (found.length >= count) break;
    const rest = entity.restOf(message);
    const encoded = encodeDelivery(message, omitsBody ? withoutBody(rest) : rest, null);
    bytes += encoded.length;
    if (found.length > 0 && bytes > PEEK_BYTES) break;
    found.push(bodyOf({ message: binary(encoded) }));
  }
  return found.length === 0 ? null : bodyOf({ messages: list(found) });
};

export const receiveBySequenceNumber: Operation = ({ entity, arguments: args }) => {
  const received = receiveDeferred(entity, {
    sequenceNumbers: args.numbers("sequence-numbers"),
    sessionId: args.optionalText("session-id"),
    deletes: args.number("receiver-settle-mode") === RECEIVE_AND_DELETE,
  });
  const messages = received.map(({ message, lock }) =>
    bodyOf({
      message: binary(encode(entity, message, lock)),
      ...(lock && { "lock-token": uuid(reorderToken(lock.token)) }),
    }),
  );
  return bodyOf({ messages: list(messages) });
};

const outcomeOf = (args: Arguments): Outcome => {
  const patch = args.encodedEntries("properties-to-modify");
  const status = args.text("disposition-status");
  switch (status) {
    case "completed":
      return { kind: "complete" };
    case "abandoned":
      return { kind: "abandon", patch };
    case "defered":
      return { kind: "defer", patch };
    case "suspended":
      return {
        kind: "dead-letter",
        reason: args.optionalText("deadletter-reason"),
        description: args.optionalText("deadletter-description"),
        patch,
      };
    default:
      throw new BrokerError("com.microsoft:argument-error", `There is no disposition "${status}".`);
  }
};

export const updateDisposition: Operation = ({ entity, arguments: args }) => {
  settle(entity, locksByToken(entity, tokensOf(args)), outcomeOf(args));
  return bodyOf({});
};
