/* oxlint-disable no-underscore-dangle -- the protocol library names so what lies beneath its events. */
/** What the broker has to reach in the protocol library, in one place. */
import type { Connection, Receiver, Sender } from "rhea";

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

/** Drops what has come so far of a delivery of several frames. */
export const dropIncomplete = (receiver: Receiver): void => {
  if (receiver._incomplete?.frames) receiver._incomplete.frames = [];
};
