/**
 * Settles deliveries. The protocol library joins neighbouring dispositions without looking at their
 * outcomes, so the frames are written here, joined only where the outcome is the same.
 */
import rhea, { type AmqpError, type Delivery, type Session } from "rhea";
import frames from "rhea/lib/frames.js";

import { DecodeError } from "../codec/values.ts";
import { BrokerError } from "../engine/errors.ts";
import { requestOutput } from "./rhea-internals.ts";

export const ACCEPTED = rhea.message.accepted().described();

export const rejected = (error: AmqpError): object => rhea.message.rejected({ error }).described();

export const amqpError = (error: unknown): AmqpError => {
  if (error instanceof BrokerError) {
    return { condition: error.condition, description: error.message };
  }
  const description = error instanceof Error ? error.message : String(error);
  const condition = error instanceof DecodeError ? "amqp:decode-error" : "amqp:internal-error";
  return { condition, description };
};

interface Range {
  readonly role: boolean;
  readonly first: number;
  last: number;
  readonly state: object;
}

const pending = new WeakMap<Session, Range[]>();

const write = (session: Session): void => {
  const ranges = pending.get(session) ?? [];
  pending.delete(session);
  if (!session.is_open()) return;
  for (const range of ranges) session.output(frames.disposition({ ...range, settled: true }));
  requestOutput(session.connection);
};

/** Settles a delivery with an outcome; both sides forget it. */
export const settleDelivery = (delivery: Delivery, state: object): void => {
  const { session } = delivery.link;
  delivery.settled = true;
  requestOutput(session.connection);
  if (delivery.remote_settled) return;
  // The peer does not settle a second time.
  delivery.remote_settled = true;

  const role = delivery.link.is_receiver();
  const ranges = pending.get(session);
  const last = ranges?.at(-1);
  if (last && last.role === role && last.state === state && last.last + 1 === delivery.id) {
    last.last = delivery.id;
    return;
  }
  const range = { role, first: delivery.id, last: delivery.id, state };
  if (ranges) {
    ranges.push(range);
  } else {
    pending.set(session, [range]);
    process.nextTick(write, session);
  }
};
