/** The HTTP side: reads a request, has it answered, writes the answer or the failure. */
import { randomUUID } from "node:crypto";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

import { CosmosError } from "../errors.ts";
import type { Container } from "../store/catalogue.ts";
import type { Authorize } from "./authorization.ts";
import { FAILED_WRITE_CHARGE } from "./charges.ts";
import { DirectConnection } from "./direct-connection.ts";
import type { Exchange } from "./exchange.ts";
import { faultError, type FaultEffect } from "./faults.ts";
import { httpExchange } from "./http-exchange.ts";
import { isLocalRequest, localRequest, type LocalContext } from "./local-requests.ts";
import { operationKind } from "./operation-kind.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { parseBody, pathSegments, type Method, type Subject } from "./request.ts";
import type { Answer, Router } from "./router.ts";

export interface ServerOptions {
  readonly router: Router;
  readonly authorize: Authorize;
  readonly local: LocalContext;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Continuation tokens travel in headers, and may be long. */
const MAX_HEADER_BYTES = 65_536;
const KEEP_ALIVE_MS = 120_000;
const API_VERSION = "2020-07-15";

const NO_BYTES = Buffer.alloc(0);

/** Waiting for the end of what has no body would cost more than the rest of a read. */
const hasBody = (method: Method): boolean => method !== "GET" && method !== "DELETE";

const isMethod = (method: string | undefined): method is Method =>
  METHODS.some((known) => known === method);

const readSubject = ({ method, url, headers }: Exchange): Subject => {
  if (!isMethod(method)) throw new CosmosError(405, "The HTTP method is not supported.");
  return { method, path: pathSegments(url), headers };
};

const failureReply = (error: unknown): Reply => {
  const known = error instanceof CosmosError;
  if (!known) console.error(error);
  const failure = known
    ? error
    : new CosmosError(500, "Unknown server error occurred when processing this request.");
  const { status, code, message, substatus, retryAfterMs } = failure;
  return jsonReply(
    status,
    { code, message },
    {
      ...((status === 409 || status === 412) && { charge: FAILED_WRITE_CHARGE }),
      headers: {
        ...(substatus !== undefined && { "x-ms-substatus": substatus }),
        ...(retryAfterMs !== undefined && { "x-ms-retry-after-ms": retryAfterMs }),
      },
    },
  );
};

/** What tells a client of the container: where it is, and how far its writes have come. */
const containerHeaders = ({ lsn, rid, id, database }: Container) => ({
  lsn,
  "x-ms-session-token": `0:-1#${lsn}`,
  "x-ms-content-path": rid,
  "x-ms-alt-content-path": `dbs/${encodeURIComponent(database.id)}/colls/${encodeURIComponent(id)}`,
});

interface Outcome extends Answer {
  /** The connection is cut without an answer. */
  readonly dropped?: boolean;
  /** The connection is cut half-way through the answer. */
  readonly truncated?: boolean;
}

const DROPPED: Outcome = { reply: { status: 503 }, dropped: true };

const withFault = async (effect: FaultEffect, answer: () => Promise<Answer>): Promise<Outcome> => {
  if (effect.latencyMs !== undefined) await delay(effect.latencyMs);
  if (effect.drop === "before") return DROPPED;
  const error = faultError(effect);
  if (error) throw error;
  const given = await answer();
  return effect.drop === "after" ? DROPPED : { ...given, truncated: effect.truncate ?? false };
};

export class CosmosServer {
  readonly server: Server;
  readonly #options: ServerOptions;
  /** Connections that Node's HTTP server knows nothing of. */
  readonly #direct = new Set<Socket>();

  constructor(options: ServerOptions) {
    this.#options = options;
    const settings = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS };
    this.server = options.tls
      ? createTlsServer({ ...settings, ...options.tls })
      : createHttpServer(settings);
    if (!options.tls) this.#readDirectly();
    this.server.on("request", (message, response) => {
      void this.#serve(httpExchange(message, response));
    });
    this.server.on("clientError", (_error, socket) => {
      const body = '{"code":"BadRequest","message":"The request is malformed."}';
      const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
      if (socket.writable) socket.end(head + body);
    });
  }

  /** Stops listening and ends all connections. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
    for (const socket of this.#direct) socket.destroy();
  }

  #readDirectly(): void {
    const handOvers = this.server.listeners("connection");
    this.server.removeAllListeners("connection");
    const options = {
      serve: (exchange: Exchange): void => void this.#serve(exchange),
      handOver: (socket: Socket): void => {
        this.#direct.delete(socket);
        for (const handOver of handOvers) handOver.call(this.server, socket);
      },
      keepAliveMs: KEEP_ALIVE_MS,
    };
    this.server.on("connection", (socket) => {
      this.#direct.add(socket);
      socket.once("close", () => this.#direct.delete(socket));
      return new DirectConnection(socket, options);
    });
  }

  async #serve(exchange: Exchange): Promise<void> {
    let outcome: Outcome;
    try {
      const subject = readSubject(exchange);
      // What can be answered at once is: waiting for it, even for nothing, takes longer than a point read.
      outcome = this.#answerNow(subject) ?? (await this.#answer(subject, exchange));
    } catch (error) {
      outcome = { reply: failureReply(error) };
    }
    if (outcome.dropped === true) exchange.cut();
    else this.#send(exchange, outcome);
  }

  #answerNow(subject: Subject): Answer | undefined {
    if (isLocalRequest(subject)) return undefined;
    this.#options.authorize(subject, Date.now());
    return this.#options.local.faults.isIdle ? this.#options.router.readItem(subject) : undefined;
  }

  async #answer(subject: Subject, exchange: Exchange): Promise<Outcome> {
    const { method, headers } = subject;
    const { local } = this.#options;
    if (isLocalRequest(subject)) {
      const bytes = await exchange.readBody();
      return { reply: localRequest(local, subject, () => parseBody(bytes)) };
    }
    const effect = local.faults.isIdle
      ? undefined
      : local.faults.next({ ...subject, operation: operationKind(subject) });
    const answer = async (): Promise<Answer> => {
      const read = hasBody(method) ? exchange.readBody() : NO_BYTES;
      const bytes = read instanceof Buffer ? read : await read;
      const origin = `${this.#options.tls ? "https" : "http"}://${headers.text("host") ?? "127.0.0.1"}/`;
      const body = () => parseBody(bytes);
      return this.#options.router.route({ ...subject, origin, bytes, body });
    };
    return effect ? withFault(effect, answer) : answer();
  }

  #send(exchange: Exchange, { reply, container, truncated }: Outcome): void {
    const { status, body = "", memory, headers, charge = 1 } = reply;
    const bare = status === 204 || status === 304;
    exchange.respond({
      status,
      headers: {
        ...headers,
        ...(!bare && { "content-type": reply.contentType ?? "application/json" }),
        "x-ms-activity-id": exchange.headers.text("x-ms-activity-id") ?? randomUUID(),
        "x-ms-version": API_VERSION,
        "x-ms-request-charge": charge.toFixed(2),
        "x-ms-request-duration-ms": (performance.now() - exchange.begun).toFixed(3),
        ...(container && containerHeaders(container)),
      },
      ...(!bare && { body }),
      truncated: truncated ?? false,
      ...(memory && { sent: () => void memory.transfer(0) }),
    });
  }
}
