/**
 * A connection that is read here as long as its requests are plain ones. Node's HTTP server takes a third of the
 * time of a small request; what it can do beyond this is left to it, with the connection, once it is needed.
 */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";

import { readDirectHead, type DirectHead } from "./direct-head.ts";
import type { Exchange, WireResponse } from "./exchange.ts";
import { Headers, MAX_BODY_BYTES } from "./request.ts";

export interface DirectOptions {
  readonly serve: (exchange: Exchange) => void;
  /** Takes the connection over, with what of it was not read. */
  readonly handOver: (socket: Socket) => void;
  /** How long a connection may be idle. */
  readonly keepAliveMs: number;
}

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const NO_BYTES = Buffer.alloc(0);
/** A connection outlives what the client was told, so that no request meets its end. */
const GRACE_MS = 1000;
const ONLY_VISIBLE = /^[ -~]*$/;

const headerLine = (name: string, value: string | number): string => {
  if (typeof value === "string" && !ONLY_VISIBLE.test(value)) {
    throw new Error(`The header ${name} cannot be sent as it is`);
  }
  return `${name}: ${value}\r\n`;
};

/** Made once a second at most. */
let lastDate = { second: 0, text: "" };

const dateNow = (): string => {
  const second = Math.floor(Date.now() / 1000);
  if (second !== lastDate.second) {
    lastDate = { second, text: new Date(second * 1000).toUTCString() };
  }
  return lastDate.text;
};

export class DirectConnection {
  readonly #socket: Socket;
  readonly #options: DirectOptions;
  readonly #tail: string;
  /** What has come and is not answered yet. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** There is nothing to do before so many have come. */
  #wantedBytes = 0;
  /** A request is being answered; the next one waits. */
  #isBusy = false;

  constructor(socket: Socket, options: DirectOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#tail = `connection: keep-alive\r\nkeep-alive: timeout=${options.keepAliveMs / 1000}\r\n\r\n`;
    socket.on("data", this.#receive);
    socket.on("end", this.#end);
    socket.on("error", this.#cut);
    socket.setTimeout(options.keepAliveMs + GRACE_MS);
    socket.on("timeout", this.#expire);
  }

  readonly #receive = (bytes: Buffer): void => {
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    if (this.#isBusy) this.#socket.pause();
    else if (this.#bytes >= this.#wantedBytes) this.#next();
  };

  readonly #end = (): void => {
    this.#socket.end();
  };

  readonly #cut = (): void => {
    this.#socket.destroy();
  };

  readonly #expire = (): void => {
    if (!this.#isBusy) this.#socket.destroy();
  };

  #next(): void {
    const received = this.#take();
    const end = received.indexOf(END_OF_HEAD);
    const head = end === -1 ? undefined : readDirectHead(received.toString("latin1", 0, end + 2));
    if (!head || head.bodyBytes > MAX_BODY_BYTES) {
      this.#handOver(received);
      return;
    }
    const begin = end + END_OF_HEAD.length;
    const stop = begin + head.bodyBytes;
    if (received.length < stop) {
      this.#putBack(received, stop);
      return;
    }
    if (received.length > stop) this.#putBack(received.subarray(stop), 0);
    this.#isBusy = true;
    this.#options.serve(this.#exchange(head, received.subarray(begin, stop)));
  }

  #take(): Buffer {
    const [first = NO_BYTES, ...others] = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    this.#wantedBytes = 0;
    return others.length === 0 ? first : Buffer.concat([first, ...others]);
  }

  #putBack(bytes: Buffer, wantedBytes: number): void {
    this.#chunks = [bytes];
    this.#bytes = bytes.length;
    this.#wantedBytes = wantedBytes;
  }

  #exchange({ method, url, headers }: DirectHead, body: Buffer): Exchange {
    return {
      method,
      url,
      headers: new Headers((name) => headers.get(name)),
      begun: performance.now(),
      readBody: () => body,
      respond: (response) => this.#respond(response),
      cut: this.#cut,
    };
  }

  #respond({ status, headers, body, truncated, sent }: WireResponse): void {
    const bytes = body === undefined ? undefined : Buffer.byteLength(body);
    const isAscii = typeof body === "string" && bytes === body.length;
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
    for (const [name, value] of Object.entries(headers)) head += headerLine(name, value);
    if (bytes !== undefined) head += `content-length: ${bytes}\r\n`;
    head += `date: ${dateNow()}\r\n${this.#tail}`;
    const socket = this.#socket;
    if (truncated === true && body !== undefined) {
      socket.write(head);
      socket.write(Buffer.from(body).subarray(0, Buffer.byteLength(body) / 2));
      setImmediate(this.#cut);
      return;
    }
    if (typeof body === "string") socket.write(head + body, isAscii ? "latin1" : "utf8", sent);
    else if (body) {
      socket.cork();
      socket.write(head, "latin1");
      socket.write(body, sent);
      socket.uncork();
    } else socket.write(head, "latin1");
    this.#goOn();
  }

  #goOn(): void {
    this.#isBusy = false;
    if (this.#socket.isPaused()) this.#socket.resume();
    if (this.#bytes > 0) setImmediate(() => this.#resume());
  }

  /** Takes up what came while the last request was answered. */
  #resume(): void {
    if (!this.#isBusy && this.#bytes > this.#wantedBytes && !this.#socket.destroyed) this.#next();
  }

  #handOver(received: Buffer): void {
    const socket = this.#socket;
    socket.pause();
    socket.off("data", this.#receive);
    socket.off("end", this.#end);
    socket.off("error", this.#cut);
    socket.off("timeout", this.#expire);
    socket.setTimeout(0);
    socket.unshift(received);
    this.#options.handOver(socket);
    socket.resume();
  }
}
