/** Communication Services' mail for one machine: takes what the SDK sends, delivers nothing, and shows it. */
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { join } from "node:path";

import { listeningPort, portInUse } from "../ports.ts";
import type { MailService } from "./answer.ts";
import { failure, type Reply } from "./reply.ts";

const HOST = "127.0.0.1";

export interface MailSink {
  /** Where the page is. */
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const typeOf = ({ html }: Reply): string =>
  html === undefined ? "application/json" : "text/html; charset=utf-8";

const respond = (response: ServerResponse, reply: Reply): void => {
  const { status, json, html, bytes, headers } = reply;
  response.writeHead(status, {
    "content-type": typeOf(reply),
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    ...headers,
  });
  response.end(bytes ?? html ?? JSON.stringify(json));
};

/** Resolves once it takes mail. */
export const startMailSink = async ({
  port,
  dataDir,
}: {
  readonly port: number;
  readonly dataDir: string;
}): Promise<MailSink> => {
  let service: Promise<MailService> | undefined;
  const open = async (): Promise<MailService> => {
    const { MailService: Service } = await import("./answer.ts");
    return Service.open(join(dataDir, "mails"));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      service ??= open();
      const reply = await (await service).answer(request);
      if (reply) respond(response, reply);
      else request.socket.destroy();
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
