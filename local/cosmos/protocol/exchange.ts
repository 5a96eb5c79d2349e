/** One request and the place for its answer, whichever way the request was read. */
import type { Headers } from "./request.ts";

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** Absent: none, and no length is told either. */
  readonly body?: string | Uint8Array;
  /** Half of the body is sent, then the connection is cut. */
  readonly truncated?: boolean;
  /** Called once the body needs no memory of ours any more. */
  readonly sent?: () => void;
}

export interface Exchange {
  readonly method: string | undefined;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: Headers;
  /** When the request came, by the clock that never jumps. */
  readonly begun: number;
  /** The whole body. @throws {CosmosError} 413 */
  readonly readBody: () => Buffer | Promise<Buffer>;
  readonly respond: (response: WireResponse) => void;
  /** Ends the connection without an answer. */
  readonly cut: () => void;
}
