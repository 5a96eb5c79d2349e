/* oxlint-disable no-underscore-dangle -- the protocol library names so what lies beneath its events. */
/** What the broker has to reach in the protocol library, in one place. */
import type { AttachFrame, Connection, LinkBase, Receiver, Sender, Session, Terminus } from "rhea";

/** Lets the library write what is pending, in the next tick. */
export const requestOutput = (connection: Connection): void => connection._register();

/** Whether the client waits for its credit to be used up. */
export const isDraining = (sender: Sender): boolean => sender._draining;

/** Answers every request to drain; the library would leave out one without credit. */
export const answerDrains = (sender: Sender): void => {
  sender._get_drain = () => {
    if (!sender._draining || !sender._drained) return false;
    sender.delivery_count += Math.max(0, sender.credit);
    sender.credit = 0;
    return true;
  };
};

/** Drops what has come so far of a delivery of several frames, but for the first. */
export const keepFirstFrame = (receiver: Receiver): void => {
  const incomplete = receiver._incomplete;
  if (incomplete?.frames) incomplete.frames = incomplete.frames.slice(0, 1);
};

/**
 * Agrees to how the client wants deliveries settled, which the library leaves out of its answer: a .NET client
 * then settles each request, and two at the same time are one too many for it.
 */
export const echoSettleModes = ({
  local: { attach },
  snd_settle_mode,
  rcv_settle_mode,
}: LinkBase): void => {
  if (snd_settle_mode !== undefined) attach.snd_settle_mode = snd_settle_mode;
  if (rcv_settle_mode !== undefined) attach.rcv_settle_mode = rcv_settle_mode;
};

/**
 * Lets a client attach a link again in the same read in which it has detached it: the library answers a detach
 * in the next turn, and until then takes the name for that of an open link.
 */
export const allowReattach = (session: Session): void => {
  const attach = session.on_attach.bind(session);
  session.on_attach = (frame: AttachFrame): void => {
    const old = session.links[frame.performative.name];
    if (old && !old.state.remote_open && old.state.local_open) {
      old.close();
      old._process();
      old.remove();
    }
    attach(frame);
  };
};

/** What a client has named; null where it has named nothing, for which the library has an object. */
export const terminusOf = (terminus: Terminus | null): Terminus | null =>
  terminus !== null && Reflect.get(terminus, "value") === null ? null : terminus;
