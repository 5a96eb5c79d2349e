/** The `$management` node of an entity. */
import type { Receiver } from "rhea";

import { int, string, symbol } from "../../codec/write.ts";
import {
  BrokerError,
  type Condition,
  entityNotFound,
  messageTooLarge,
  STATUS,
} from "../../engine/errors.ts";
import type { Entity } from "../../engine/namespace.ts";
import { Queue } from "../../engine/queue.ts";
import { amqpError } from "../answers.ts";
import type { Broker, LinkHandler } from "../broker.ts";
import { type Inquiry, type Reply, type Request, replyLinksOf } from "../request-node.ts";
import { Arguments } from "./arguments.ts";
import { peekMessage, receiveBySequenceNumber, renewLock, updateDisposition } from "./messages.ts";
import type { Operation, RuleOperation } from "./operation.ts";
import { addRule, enumerateRules, removeRule } from "./rules.ts";
import { cancelScheduledMessage, scheduleMessage } from "./scheduling.ts";
import {
  getMessageSessions,
  getSessionState,
  renewSessionLock,
  setSessionStateOperation,
} from "./sessions.ts";

const PREFIX = "com.microsoft:";

const RECEIVING: ReadonlyMap<string, Operation> = new Map([
  ["renew-lock", renewLock],
  ["peek-message", peekMessage],
  ["receive-by-sequence-number", receiveBySequenceNumber],
  ["update-disposition", updateDisposition],
  ["renew-session-lock", renewSessionLock],
  ["get-session-state", getSessionState],
  ["set-session-state", setSessionStateOperation],
  ["get-message-sessions", getMessageSessions],
]);

const SENDING: ReadonlyMap<string, Operation<Entity>> = new Map([
  ["schedule-message", scheduleMessage],
  ["cancel-scheduled-message", cancelScheduledMessage],
]);

const RULES: ReadonlyMap<string, RuleOperation> = new Map([
  ["add-rule", addRule],
  ["remove-rule", removeRule],
  ["enumerate-rules", enumerateRules],
]);

const isKnown = (name: string): boolean =>
  RECEIVING.has(name) || SENDING.has(name) || RULES.has(name);

const answer = (body: Buffer | null): Reply => ({
  properties: {
    statusCode: int(body ? 200 : 204),
    statusDescription: string(body ? "OK" : "No Content"),
  },
  body,
});

const isCondition = (condition: string): condition is Condition => Object.hasOwn(STATUS, condition);

const failure = (error: unknown): Reply => {
  const { condition, description } = amqpError(error);
  return {
    properties: {
      statusCode: int(isCondition(condition) ? STATUS[condition] : 500),
      statusDescription: string(description),
      errorCondition: symbol(condition),
    },
    body: null,
  };
};

export class ManagementNode implements LinkHandler {
  readonly #broker: Broker;
  readonly #path: string;

  constructor(broker: Broker, path: string) {
    this.#broker = broker;
    this.#path = path;
  }

  request(receiver: Receiver, request: Request): void {
    let reply: Reply;
    try {
      reply = answer(this.#run(request));
    } catch (error) {
      reply = failure(error);
    }
    const links = replyLinksOf(receiver.connection);
    this.#broker.commits.after({
      done: () => links.send(receiver, request, reply),
      failed: (error) => links.send(receiver, request, failure(error)),
    });
  }

  /** Answers a request that is too large, of which only the start is there. */
  refuseTooLarge(receiver: Receiver, inquiry: Inquiry): void {
    const error = messageTooLarge(this.#broker.maxMessageBytes);
    replyLinksOf(receiver.connection).send(receiver, inquiry, failure(error));
  }

  gone(): void {
    // Requests are answered in the turn in which they come.
  }

  #run(request: Request): Buffer | null {
    const { namespace } = this.#broker;
    const entity = namespace.entity(this.#path);
    if (!entity) throw entityNotFound(this.#path);
    const operation = request.properties.get("operation");
    const name = typeof operation === "string" ? operation.replace(PREFIX, "") : "";
    const args = new Arguments(request.body, request.encodedBody);

    if (entity instanceof Queue) {
      const subscription = namespace.subscriptionOf(entity);
      const rule = subscription && RULES.get(name);
      if (subscription && rule) {
        return rule({ subscription, environment: entity.environment, arguments: args });
      }
      const receiving = RECEIVING.get(name);
      if (receiving) return receiving({ entity, namespace, arguments: args });
      if (subscription || !entity.deadLetters) return this.#refuse(name);
    }
    const sending = SENDING.get(name);
    if (sending) return sending({ entity, namespace, arguments: args });
    return this.#refuse(name);
  }

  #refuse(name: string): never {
    if (isKnown(name)) {
      throw new BrokerError(
        "amqp:not-allowed",
        `The operation '${name}' is not allowed on '${this.#path}'.`,
      );
    }
    throw new BrokerError("amqp:not-implemented", `There is no operation '${name}'.`);
  }
}
