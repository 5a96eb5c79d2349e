/** The HTTP side: reads a request, has it answered, writes the answer or the failure. */
import { randomUUID } from "node:crypto";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

import { CosmosError } from "../errors.ts";
import type { Container } from "../store/catalogue.ts";
import type { Authorize } from "./authorization.ts";
import { faultError, type FaultEffect } from "./faults.ts";
import { isLocalRequest, localRequest, type LocalContext } from "./local-requests.ts";
import { operationKind } from "./operation-kind.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { Headers, parseBody, pathSegments, readBody, type Method } from "./request.ts";
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

const isMethod = (method: string | undefined): method is Method =>
  METHODS.some((known) => known === method);

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

  constructor(options: ServerOptions) {
    this.#options = options;
    const listener = (message: IncomingMessage, response: ServerResponse): void => {
      void this.#serve(message, response);
    };
    const settings = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS };
    this.server = options.tls
      ? createTlsServer({ ...settings, ...options.tls }, listener)
      : createHttpServer(settings, listener);
    this.server.on("clientError", (_error, socket) => {
      const body = '{"code":"BadRequest","message":"The request is malformed."}';
      const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
      if (socket.writable) socket.end(head + body);
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await this.#answer(message);
    } catch (error) {
      outcome = { reply: failureReply(error) };
    }
    if (outcome.dropped === true) message.socket.destroy();
    else this.#send({ message, response }, outcome);
  }

  async #answer(message: IncomingMessage): Promise<Outcome> {
    const { method, url = "/" } = message;
    if (!isMethod(method)) throw new CosmosError(405, "The HTTP method is not supported.");
    const headers = new Headers(message.headers);
    const path = pathSegments(url);
    const subject = { method, path, headers };
    const { local } = this.#options;
    if (isLocalRequest(subject)) {
      const bytes = await readBody(message);
      return { reply: localRequest(local, subject, () => parseBody(bytes)) };
    }
    this.#options.authorize(subject, Date.now());
    const effect = local.faults.next({ ...subject, operation: operationKind(subject) });
    const answer = async (): Promise<Answer> => {
      const bytes = await readBody(message);
      const origin = `${this.#options.tls ? "https" : "http"}://${headers.text("host") ?? "127.0.0.1"}/`;
      const body = () => parseBody(bytes);
      return this.#options.router.route({ ...subject, origin, bytes, body });
    };
    return effect ? withFault(effect, answer) : answer();
  }

  #send(
    { message, response }: { message: IncomingMessage; response: ServerResponse },
    { reply, container, truncated }: Outcome,
  ): void {
    const { status, body = "", headers, contentType = "application/json", charge = 1 } = reply;
    const bare = status === 204 || status === 304;
    const activity = message.headers["x-ms-activity-id"];
    response.writeHead(status, {
      ...headers,
      ...(!bare && { "content-type": contentType, "content-length": Buffer.byteLength(body) }),
      "x-ms-activity-id": typeof activity === "string" ? activity : randomUUID(),
      "x-ms-version": API_VERSION,
      "x-ms-request-charge": charge.toFixed(2),
      ...(container && containerHeaders(container)),
    });
    if (bare) response.end();
    else if (truncated === true) {
      response.write(Buffer.from(body).subarray(0, Buffer.byteLength(body) / 2));
      setImmediate(() => message.socket.destroy());
    } else response.end(body);
  }
}
