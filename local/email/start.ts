/** Communication Services' mail for one machine: takes what the SDK sends, delivers nothing, and shows it. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { join } from "node:path";

import { listeningPort, portInUse } from "../ports.ts";
import { MailBox, messageSchema } from "./mail-box.ts";
import { listPage, mailPage } from "./page.ts";

const HOST = "127.0.0.1";
/** As the service's bound of a request. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** What a mail brings along is shown, and nothing of it runs or is fetched. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

export interface MailSink {
  /** Where the page is. */
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const failure = (status: number, code: string, message: string): Reply => ({
  status,
  json: { error: { code, message } },
});

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

/** The SDK signs each request; the signature is not looked at, but that there is one. */
const isSigned = ({ headers }: IncomingMessage): boolean =>
  /^(?:HMAC-SHA256|Bearer) /u.test(headers.authorization ?? "");

const send = async (box: MailBox, request: IncomingMessage, origin: string): Promise<Reply> => {
  const body = await readBody(request);
  if (!isSigned(request)) return failure(401, "Denied", "The request is not signed.");
  if (body === undefined) return failure(413, "RequestEntityTooLarge", "More than 10 MB.");
  const message = messageSchema.safeParse(parsed(body));
  if (!message.success) return failure(400, "BadRequest", message.error.message);
  const given = request.headers["operation-id"];
  const id = typeof given === "string" ? given : randomUUID();
  await box.put({ id, receivedAt: new Date().toISOString(), message: message.data });
  return {
    status: 202,
    json: { id, status: "Running" },
    headers: { "operation-location": `${origin}/emails/operations/${id}?api-version=2023-03-31` },
  };
};

const show = async (box: MailBox, path: string): Promise<Reply> => {
  if (path === "/") return { status: 200, html: listPage(await box.list()) };
  if (path === "/api/mails") return { status: 200, json: { value: await box.list() } };
  const [, kind, name = ""] = /^\/(emails\/operations|mails)\/([^/]+)$/u.exec(path) ?? [];
  const id = decodeURIComponent(name);
  const mail = kind === undefined ? undefined : await box.get(id);
  if (!mail) return failure(404, "NotFound", "There is nothing here.");
  return kind === "mails"
    ? { status: 200, html: mailPage(mail) }
    : { status: 200, json: { id, status: "Succeeded" } };
};

const respond = (response: ServerResponse, { status, json, html, headers }: Reply): void => {
  const type = html === undefined ? "application/json" : "text/html; charset=utf-8";
  response.writeHead(status, {
    "content-type": type,
    "content-security-policy": POLICY,
    ...headers,
  });
  response.end(html ?? JSON.stringify(json));
};

/** Resolves once it takes mail. */
export const startMailSink = async ({
  port,
  dataDir,
}: {
  readonly port: number;
  readonly dataDir: string;
}): Promise<MailSink> => {
  const box = await MailBox.open(join(dataDir, "mails"));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://sink");
    const origin = `http://${request.headers.host ?? HOST}`;
    try {
      const reply =
        request.method === "POST" && pathname === "/emails:send"
          ? await send(box, request, origin)
          : await show(box, pathname);
      respond(response, reply);
    } catch (error) {
      respond(response, failure(500, "InternalServerError", String(error)));
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(port, HOST);
  try {
    await once(server, "listening");
  } catch (error) {
    throw portInUse(error, "MAIL_PORT");
  }
  const endpoint = `http://${HOST}:${listeningPort(server)}`;
  return {
    endpoint,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
