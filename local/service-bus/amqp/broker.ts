import type { Connection } from "rhea";

import type { Namespace } from "../engine/namespace.ts";
import type { Faults } from "../faults.ts";
import type { Commits } from "../store/commits.ts";

/** What the links of a connection share. */
export interface Broker {
  /** Another one after a failed commit. */
  readonly namespace: Namespace;
  readonly commits: Commits;
  readonly maxMessageBytes: number;
  readonly faults: Faults;
  /** Cuts a connection without a word. */
  readonly dropConnection: (connection: Connection) => void;
}

/** What becomes of the events of one link. A link without an entity behind it has none. */
export interface LinkHandler {
  /** The client has granted credit or asked for a drain. */
  flow?(): void;
  /** There is room again to send. */
  sendable?(): void;
  /** The link is closed, or its connection is; may be called more than once. */
  gone(): void;
}
