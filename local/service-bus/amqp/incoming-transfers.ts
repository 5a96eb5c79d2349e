/** Watches transfers before the protocol library takes them: keeps their bytes as they are, and bounds them. */
import type { DispositionFrame, Receiver, Session, TransferFrame } from "rhea";

import { DecodeError } from "../codec/values.ts";
import { keepFirstFrame } from "./rhea-internals.ts";

/** The library decodes format 0, and types get lost; it leaves other formats alone. */
const UNDECODED_FORMAT = 0x7ffffff0;

/** More deliveries than both sides can have open at once. */
const MAX_RANGE = 65_536;

const EMPTY = Buffer.alloc(0);

/** Why a delivery is not what its sender meant it to be. */
export type Flaw = "too-large" | "aborted";

const flaws = new WeakMap<Receiver, Flaw>();

/** What was wrong with the delivery that has just been completed; of its bytes the first frame is left at most. */
export const flawOf = (receiver: Receiver): Flaw | undefined => flaws.get(receiver);

export const watchTransfers = (session: Session, maxBytes: number): void => {
  const received = new WeakMap<Receiver, number>();
  const { incoming } = session;
  const take = incoming.on_transfer.bind(incoming);
  incoming.on_transfer = (frame: TransferFrame, receiver: Receiver): void => {
    if (!receiver.is_receiver()) throw new DecodeError("A transfer on a link that receives");
    const { performative } = frame;
    if (!performative.message_format) performative.message_format = UNDECODED_FORMAT;
    frame.payload ??= EMPTY;
    const before = received.get(receiver) ?? 0;
    const bytes = before + frame.payload.length;
    received.set(receiver, performative.more === true ? bytes : 0);
    if (bytes > maxBytes && before > 0) {
      frame.payload = EMPTY;
      keepFirstFrame(receiver);
    }
    flaws.delete(receiver);
    if (bytes > maxBytes) flaws.set(receiver, "too-large");
    if (performative.aborted === true) {
      performative.more = false;
      flaws.set(receiver, "aborted");
    }
    take(frame, receiver);
  };

  const settle = session.on_disposition.bind(session);
  session.on_disposition = (frame: DispositionFrame): void => {
    const { first, last } = frame.performative;
    if ((last ?? first) - first > MAX_RANGE) {
      throw new DecodeError("A disposition of more deliveries than there can be");
    }
    settle(frame);
  };
};
