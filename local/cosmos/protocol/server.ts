/** The HTTP side: reads a request, has it answered, writes the answer or the failure. */
import { randomUUID } from "node:crypto";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";

import { CosmosError } from "../errors.ts";
import type { Authorize } from "./authorization.ts";
import {
  Headers,
  parseBody,
  pathSegments,
  readBody,
  type CosmosRequest,
  type Method,
} from "./request.ts";
import type { Reply } from "./reply.ts";
import type { Answer, Router } from "./router.ts";

export interface ServerOptions {
  readonly router: Router;
  readonly authorize: Authorize;
  readonly nowMs: () => number;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Continuation tokens travel in headers, and may be long. */
const MAX_HEADER_BYTES = 65_536;
const API_VERSION = "2020-07-15";

const isMethod = (method: string | undefined): method is Method =>
  METHODS.some((known) => known === method);

const failureReply = (error: unknown): Reply => {
  const known = error instanceof CosmosError;
  if (!known) console.error(error);
  const failure = known
    ? error
    : new CosmosError(500, "Unknown server error occurred when processing this request.");
  return {
    status: failure.status,
    body: JSON.stringify({ code: failure.code, message: failure.message }),
    headers: failure.substatus === undefined ? {} : { "x-ms-substatus": failure.substatus },
    charge: 1,
  };
};

export class CosmosServer {
  readonly server: Server;
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.#options = options;
    const listener = (message: IncomingMessage, response: ServerResponse): void => {
      void this.#serve(message, response);
    };
    const settings = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: 120_000 };
    this.server = options.tls
      ? createTlsServer({ ...settings, ...options.tls }, listener)
      : createHttpServer(settings, listener);
    this.server.on("clientError", (_error, socket) => {
      if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#answer(message);
    } catch (error) {
      answer = { reply: failureReply(error) };
    }
    if (!message.complete) response.setHeader("connection", "close");
    this.#send(message, response, answer);
  }

  async #answer(message: IncomingMessage): Promise<Answer> {
    const { method } = message;
    if (!isMethod(method)) throw new CosmosError(405, "The HTTP method is not supported.");
    const headers = new Headers(message.headers);
    const path = pathSegments(message.url ?? "/");
    this.#options.authorize({ method, path, headers }, this.#options.nowMs());
    const bytes =
      method === "GET" || method === "DELETE" ? Buffer.alloc(0) : await readBody(message);
    const request: CosmosRequest = {
      method,
      path,
      headers,
      origin: `${this.#options.tls ? "https" : "http"}://${headers.text("host") ?? "127.0.0.1"}/`,
      bytes,
      body: () => parseBody(bytes),
    };
    return this.#options.router.route(request);
  }

  #send(message: IncomingMessage, response: ServerResponse, { reply, container }: Answer): void {
    const { status, body, headers, contentType = "application/json", charge } = reply;
    const bare = status === 204 || status === 304;
    const activity = message.headers["x-ms-activity-id"];
    response.writeHead(status, {
      ...headers,
      ...(!bare && {
        "content-type": contentType,
        "content-length": body === undefined ? 0 : Buffer.byteLength(body),
      }),
      "x-ms-activity-id": typeof activity === "string" ? activity : randomUUID(),
      "x-ms-version": API_VERSION,
      "x-ms-request-charge": (charge ?? 1).toFixed(2),
      ...(container && {
        lsn: container.lsn,
        "x-ms-session-token": `0:-1#${container.lsn}`,
        "x-ms-content-path": container.rid,
        "x-ms-alt-content-path": `dbs/${encodeURIComponent(container.database.id)}/colls/${encodeURIComponent(container.id)}`,
      }),
    });
    if (bare) response.end();
    else response.end(body);
  }
}
