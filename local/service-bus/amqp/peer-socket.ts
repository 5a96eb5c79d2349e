import { EventEmitter } from "node:events";
import type { Socket } from "node:net";

import type { Connection } from "rhea";

import { DecodeError } from "../codec/values.ts";
import { FrameGuard } from "./frame-guard.ts";

/**
 * Clients hold small writes back until what they have sent is acknowledged, which the system puts off for
 * 40 ms unless there is something to send with it. This frame says nothing and carries the acknowledgement.
 */
const EMPTY_FRAME = Buffer.from([0, 0, 0, 8, 2, 0, 0, 0]);

const LINGER_MS = 1_000;

/** What the protocol library takes for its socket: checks what comes in, gathers what goes out. */
export class PeerSocket extends EventEmitter {
  readonly #socket: Socket;
  readonly #guard = new FrameGuard();
  #connection: Connection | undefined;
  #pending: Buffer[] = [];
  #isClosing = false;
  #hasWritten = false;
  #isNudgePlanned = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.once("close", () => this.emit("end"));
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  use(connection: Connection): void {
    this.#connection = connection;
  }

  write(buffer: Buffer): void {
    this.#hasWritten = true;
    this.#pending.push(buffer);
    if (this.#pending.length === 1) process.nextTick(() => this.#flush());
  }

  /** Called by the protocol library once it is done with the connection, also after an error. */
  end(): void {
    this.#closeSoon();
  }

  destroy(): void {
    this.#isClosing = true;
    this.#socket.destroy();
  }

  /** Closes the connection with a reason, if it has got as far as to have one told. */
  refuse(condition: string, description: string): void {
    if (this.#isClosing) return;
    const connection = this.#connection;
    if (connection?.state.remote_open) connection.close({ condition, description });
    this.#closeSoon();
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosing) return;
    this.#hasWritten = false;
    try {
      for (const frames of this.#guard.frames(chunk)) {
        this.emit("data", frames);
        const failure = this.#connection?.saved_error;
        if (failure) throw failure;
      }
    } catch (error) {
      const condition =
        error instanceof DecodeError ? "amqp:connection:framing-error" : "amqp:decode-error";
      this.#isClosing = false;
      this.refuse(condition, error instanceof Error ? error.message : String(error));
    }
    this.#nudge();
  }

  #nudge(): void {
    if (this.#hasWritten || this.#isNudgePlanned) return;
    this.#isNudgePlanned = true;
    setImmediate(() => {
      this.#isNudgePlanned = false;
      if (this.#hasWritten || this.#isClosing || !this.#connection?.state.remote_open) return;
      this.write(EMPTY_FRAME);
    });
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (!this.#socket.writable) return;
    const [first] = pending;
    this.#socket.write(pending.length === 1 && first ? first : Buffer.concat(pending));
  }

  #closeSoon(): void {
    this.#isClosing = true;
    // What the library writes on closing is written in the ticks before.
    setImmediate(() => {
      this.#socket.end();
      setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
    });
  }
}
