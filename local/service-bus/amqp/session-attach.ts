/** Attaching to a session: a named one at once or not at all, the next available one when there is one. */
import rhea, { type Sender } from "rhea";

import { BrokerError } from "../engine/errors.ts";
import type { Session, SessionWaiter } from "../engine/sessions.ts";
import { amqpError } from "./answers.ts";
import type { OutgoingLink } from "./outgoing-link.ts";
import { refuse } from "./refusal.ts";

export const SESSION_FILTER = "com.microsoft:session-filter";
const LOCKED_UNTIL = "com.microsoft:locked-until-utc";
const TIMEOUT = "com.microsoft:timeout";

const DEFAULT_TIMEOUT_MS = 60_000;
/** The answer has to be there before the client itself gives up. */
const ANSWER_EARLIER_MS = 20;

const TICKS_PER_MS = 10_000n;
const TICKS_AT_1970 = 621_355_968_000_000_000n;

const ticks = (ms: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(BigInt(ms) * TICKS_PER_MS + TICKS_AT_1970);
  return buffer;
};

const accepted = (sender: Sender, session: Session): void => {
  sender.set_source({
    address: sender.source?.address,
    filter: { [SESSION_FILTER]: session.id },
  });
  sender.local.attach.properties = {
    [LOCKED_UNTIL]: rhea.types.wrap_long(ticks(session.lockedUntil)),
  };
};

const timeoutMs = (sender: Sender): number => {
  const given = Number(sender.properties?.[TIMEOUT] ?? DEFAULT_TIMEOUT_MS);
  return Math.max(ANSWER_EARLIER_MS, given) - ANSWER_EARLIER_MS;
};

/**
 * Holds back the answer to the attach until a session is there or the client's time is over.
 *
 * @returns what to do when the client goes away in the meantime.
 */
const attachToNext = (sender: Sender, link: OutgoingLink): (() => void) => {
  const { sessions, environment } = link.queue;
  sender.state.local_open = false;
  sender.state.open_requests = 0;
  const timer = setTimeout(() => {
    sessions?.stopWaiting(waiter);
    sender.open();
    refuse(
      sender,
      amqpError(
        new BrokerError(
          "com.microsoft:timeout",
          "The operation did not complete within the allotted timeout.",
        ),
      ),
    );
  }, timeoutMs(sender));
  timer.unref();
  const waiter: SessionWaiter = {
    consumer: link,
    accepted: (session) => {
      clearTimeout(timer);
      accepted(sender, session);
      sender.open();
      link.start(session);
    },
  };
  sessions?.wait(waiter, environment.now());
  return () => {
    clearTimeout(timer);
    sessions?.stopWaiting(waiter);
  };
};

/**
 * @param id null for the next available session.
 * @returns what to do when the link goes away.
 */
export const attachToSession = (
  sender: Sender,
  link: OutgoingLink,
  id: string | null,
): (() => void) => {
  const { sessions, environment } = link.queue;
  if (id === null) return attachToNext(sender, link);
  try {
    const session = sessions?.accept(id, link, environment.now());
    if (session) {
      environment.wakeAt(session.lockedUntil);
      accepted(sender, session);
      link.start(session);
    }
  } catch (error) {
    refuse(sender, amqpError(error));
  }
  return () => undefined;
};
