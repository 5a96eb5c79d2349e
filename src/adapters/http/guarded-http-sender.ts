import type { LookupAddress } from "node:dns";
import type { ClientRequest, IncomingMessage } from "node:http";
import { type LookupFunction, isIP } from "node:net";
import { callbackify } from "node:util";

import type { HttpSender, OutgoingRequest, ReceivedAnswer } from "../../domain/calls/make-call.ts";
import { AppError } from "../../domain/errors.ts";
import { observedCall } from "./observed-call.ts";
import { isPublicAddress } from "./public-address.ts";

/** Of the answer: its line and headers, and the part of its body that is waited for. */
const MAX_HEADER_BYTES = 16_384;
const MAX_BODY_BYTES = 65_536;
const MAX_BODY_MS = 2_000;

export interface GuardedHttpSenderDeps {
  /** All addresses of a name. */
  readonly resolve: (name: string) => Promise<readonly LookupAddress[]>;
  /** Hosts that may be anywhere. */
  readonly isExempt: (url: URL) => boolean;
}

const refused = (): AppError =>
  new AppError("call-address-refused", "The URL leads to an address that is not public.");

const unanswered = (cause?: unknown): AppError =>
  new AppError("call-unanswered", "The receiver did not answer.", { cause });

/**
 * Names that are nobody's on the Internet, whatever a resolver says of them: of this machine and of private
 * networks (RFC 6761, 6762 and 8375, and what ICANN keeps free for them), and those of a single part.
 */
const LOCAL_NAME =
  /(?:^|\.)(?:home\.arpa|internal|local|localdomain|localhost)\.*$|^[^.:]+\.*$|\.\./iu;

const checkAddresses = (addresses: readonly LookupAddress[]): void => {
  // One address that is not public spoils the name: which one is connected to is not ours to choose.
  if (!addresses.every(({ address }) => isPublicAddress(address))) throw refused();
};

const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.[0];

/** Lets the receiver finish its answer, within bounds. That what it says is of no interest need not hurt it. */
const discardBody = (response: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), MAX_BODY_MS);
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) response.destroy();
    });
    // The status has come: what happens to the connection after it changes nothing.
    response.on("error", () => undefined);
    response.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Requests over HTTP/1.1 to receivers that anybody may name. Each request has a connection of its own and
 * takes no proxy. A name is resolved once, when it connects, and what came out is what is checked and
 * connected to: there is no moment in between in which a name could lead elsewhere.
 */
export class GuardedHttpSender implements HttpSender {
  readonly #deps: GuardedHttpSenderDeps;

  constructor(deps: GuardedHttpSenderDeps) {
    this.#deps = deps;
  }

  send(outgoing: OutgoingRequest): Promise<ReceivedAnswer> {
    return observedCall(outgoing, (traced) => this.#send(traced));
  }

  async #send(outgoing: OutgoingRequest): Promise<ReceivedAnswer> {
    const { url, signal } = outgoing;
    signal.throwIfAborted();
    const isExempt = this.#deps.isExempt(url);
    if (!isExempt) this.#checkHost(url);
    const { request: open } =
      url.protocol === "https:" ? await import("node:https") : await import("node:http");
    const request = open(url, {
      method: outgoing.method,
      headers: {
        ...outgoing.headers,
        ...(outgoing.body !== undefined && {
          "content-length": String(Buffer.byteLength(outgoing.body)),
        }),
        accept: "*/*",
        "user-agent": "Stockroom",
      },
      agent: false,
      lookup: isExempt ? this.#lookup(() => undefined) : this.#lookup(checkAddresses),
      maxHeaderSize: MAX_HEADER_BYTES,
      rejectUnauthorized: true,
    });
    return this.#exchange(request, outgoing);
  }

  /** Names are left to the lookup, but a host that is an address is never looked up. */
  #checkHost({ hostname }: URL): void {
    const host = hostname.replaceAll(/[[\]]/gu, "");
    if (LOCAL_NAME.test(host) || (isIP(host) !== 0 && !isPublicAddress(host))) throw refused();
  }

  #lookup(check: (addresses: readonly LookupAddress[]) => void): LookupFunction {
    const find = callbackify(async (name: string) => {
      const addresses = await this.#deps.resolve(name);
      check(addresses);
      const [first] = addresses;
      if (!first) throw unanswered();
      return { addresses: [...addresses], first };
    });
    return (name, { all }, callback) =>
      find(name, (error, found) => {
        if (error) callback(error, []);
        else if (all === true) callback(null, found.addresses);
        else callback(null, found.first.address, found.first.family);
      });
  }

  #exchange(request: ClientRequest, outgoing: OutgoingRequest): Promise<ReceivedAnswer> {
    const { signal, timeoutMs, body } = outgoing;
    const end = Promise.withResolvers<ReceivedAnswer>();
    const timer = setTimeout(() => request.destroy(unanswered()), timeoutMs);
    const abort = (): void => void request.destroy(unanswered());
    signal.addEventListener("abort", abort);
    let isAnswered = false;
    request.on("response", (response) => {
      isAnswered = true;
      clearTimeout(timer);
      const { statusCode = 0, headers } = response;
      const location = single(headers.location);
      const retryAfter = single(headers["retry-after"]);
      void discardBody(response).then(() =>
        end.resolve({ status: statusCode, location, retryAfter }),
      );
    });
    request.on("error", (error) => {
      if (signal.aborted) end.reject(signal.reason);
      else end.reject(error instanceof AppError ? error : unanswered(error));
    });
    request.on("close", () => {
      if (!isAnswered) end.reject(unanswered());
    });
    request.end(body);
    return end.promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    });
  }
}
