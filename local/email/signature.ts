import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { MAIL_ACCESS_KEY } from "./access-key.ts";

const SIGNED = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";

const headerOf = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
};

const isEqual = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** Whether the access key has signed the method, the path, the host, the date and the body. */
export const isSigned = (request: IncomingMessage, body: Buffer): boolean => {
  const digest = createHash("sha256").update(body).digest("base64");
  const { host = "" } = request.headers;
  const signature = createHmac("sha256", Buffer.from(MAIL_ACCESS_KEY, "base64"))
    .update(
      `${request.method}\n${request.url}\n${headerOf(request, "x-ms-date")};${host};${digest}`,
    )
    .digest("base64");
  return (
    isEqual(headerOf(request, "x-ms-content-sha256"), digest) &&
    isEqual(headerOf(request, "authorization"), `${SIGNED}${signature}`)
  );
};
