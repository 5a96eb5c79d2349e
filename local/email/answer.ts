/** What the mail service answers: loaded with the first request, so that a start costs next to nothing. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { type FaultRule, Faults } from "./faults.ts";
import { MailBox } from "./mail-box.ts";
import { messageSchema } from "./message.ts";
import { show } from "./show.ts";
import { isSigned } from "./signature.ts";
import { type Reply, failure } from "./reply.ts";

/** As the service's bound of a request. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const API_VERSION = "2025-09-01";

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("The body is no bytes.");
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
};

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

const faultReply = ({ status = 0, retryAfterSeconds }: FaultRule): Reply => ({
  ...failure(status, status === 429 ? "TooManyRequests" : "Fault", "A fault rule asked for it."),
  ...(retryAfterSeconds !== undefined && { headers: { "retry-after": String(retryAfterSeconds) } }),
});

const refusal = (
  request: IncomingMessage,
  body: Buffer | undefined,
  query: URLSearchParams,
): Reply | undefined => {
  if (body === undefined) return failure(413, "RequestEntityTooLarge", "More than 10 MB.");
  if (!isSigned(request, body)) return failure(401, "Denied", "The signature is wrong.");
  return query.has("api-version")
    ? undefined
    : failure(400, "BadRequest", "The api-version is missing.");
};

export class MailService {
  readonly #box: MailBox;
  readonly #faults = new Faults();
  /** Operations that ended as `Failed`. */
  readonly #failed = new Set<string>();
  /** Since the start: requests to send, and those of them whose id was there before. */
  readonly #counts = { sends: 0, repeats: 0 };

  private constructor(box: MailBox) {
    this.#box = box;
  }

  static async open(folder: string): Promise<MailService> {
    return new MailService(await MailBox.open(folder));
  }

  /** @returns undefined when the connection is to be cut. */
  async answer(request: IncomingMessage): Promise<Reply | undefined> {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://sink");
    const method = request.method ?? "";
    if (pathname === "/_faults") {
      return { status: 200, json: this.#faults.request(method, body && parsed(body)) };
    }
    if (pathname === "/_counts") return { status: 200, json: this.#counts };
    if (pathname.startsWith("/emails")) {
      const refused = refusal(request, body, searchParams);
      return refused ?? this.#serve(request, pathname, body ?? Buffer.alloc(0));
    }
    return method === "GET" ? show(this.#box, pathname) : failure(405, "NotAllowed", "GET only.");
  }

  async #serve(request: IncomingMessage, path: string, body: Buffer): Promise<Reply | undefined> {
    if (request.method === "POST" && path === "/emails:send")
      return this.#faulty("send", (fault) => this.#send(request, body, fault));
    const [, operation] = /^\/emails\/operations\/([^/]+)$/u.exec(path) ?? [];
    return request.method === "GET" && operation !== undefined
      ? this.#faulty("poll", () => this.#status(decodeURIComponent(operation)))
      : failure(404, "NotFound", "There is nothing here.");
  }

  async #faulty(
    on: FaultRule["on"],
    act: (fault?: FaultRule) => Promise<Reply>,
  ): Promise<Reply | undefined> {
    const fault = this.#faults.next(on);
    if (fault?.latencyMs !== undefined) await wait(fault.latencyMs);
    if (fault?.status !== undefined) return faultReply(fault);
    const reply = await act(fault);
    return fault?.loseAnswer === true ? undefined : reply;
  }

  async #send(request: IncomingMessage, body: Buffer, fault?: FaultRule): Promise<Reply> {
    const read = messageSchema.safeParse(parsed(body));
    if (!read.success) return failure(400, "BadRequest", read.error.message);
    const given = request.headers["operation-id"];
    const id = typeof given === "string" ? given : randomUUID();
    this.#counts.sends += 1;
    if (fault?.outcome === "Failed") this.#failed.add(id);
    else {
      const mail = { id, receivedAt: new Date().toISOString(), message: read.data };
      if ((await this.#box.put(mail)) !== mail) this.#counts.repeats += 1;
    }
    const path = `/emails/operations/${encodeURIComponent(id)}?api-version=${API_VERSION}`;
    return {
      status: 202,
      json: { id, status: "Running" },
      headers: { "operation-location": `http://${request.headers.host ?? ""}${path}` },
    };
  }

  async #status(id: string): Promise<Reply> {
    if (this.#failed.has(id)) {
      const error = { code: "EmailDropped", message: "A fault rule asked for it." };
      return { status: 200, json: { id, status: "Failed", error } };
    }
    return (await this.#box.get(id)) === undefined
      ? failure(404, "NotFound", "There is no such operation.")
      : { status: 200, json: { id, status: "Succeeded" } };
  }
}
