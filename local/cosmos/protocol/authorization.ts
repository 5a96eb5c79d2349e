/** Checks the signature that a client makes of each request with the account's key. */
import { createHmac, timingSafeEqual } from "node:crypto";

import { CosmosError } from "../errors.ts";
import type { Headers } from "./request.ts";

/** The key of every Cosmos DB emulator; the clients' samples know it. */
export const EMULATOR_KEY =
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

const ALLOWED_SKEW_MS = 15 * 60_000;
const TOKEN = /^type=(master|aad|resource)&ver=1\.0&sig=(.+)$/s;

const missing = (): CosmosError =>
  new CosmosError(401, "Required Header authorization is missing or invalid.");

interface Subject {
  readonly method: string;
  readonly path: readonly string[];
  readonly headers: Headers;
}

/** What the signature may be over: type and link, by name or by resource id. */
const candidates = (
  path: readonly string[],
): readonly (readonly [type: string, link: string])[] => {
  if (path.at(-2) === "operations") return [["colls", path.slice(0, -2).join("/")]];
  const isResource = path.length % 2 === 0;
  const type = (isResource ? path.at(-2) : path.at(-1)) ?? "";
  const named = (isResource ? path : path.slice(0, -1)).join("/");
  const rid = (isResource ? path.at(-1) : path.at(-2))?.toLowerCase() ?? "";
  return [
    [type, named],
    [type, rid],
  ];
};

const decoded = (header: string): string => {
  try {
    return decodeURIComponent(header);
  } catch {
    throw missing();
  }
};

const checkDate = (date: string, nowMs: number): void => {
  const skewMs = Date.parse(date) - nowMs;
  if (Number.isNaN(skewMs)) throw missing();
  if (Math.abs(skewMs) <= ALLOWED_SKEW_MS) return;
  throw new CosmosError(
    403,
    `The authorization token is not valid at the current time. Please create another token and retry (token start time: ${date}, server time: ${new Date(nowMs).toUTCString()}).`,
  );
};

export type Authorize = (subject: Subject, nowMs: number) => void;

/** Makes the check. It throws a {@link CosmosError}: 401, or 403 when the clocks are more than 15 minutes apart. */
export const makeAuthorize = (accountKey: string): Authorize => {
  const key = Buffer.from(accountKey, "base64");
  return ({ method, path, headers }, nowMs) => {
    const match = TOKEN.exec(decoded(headers.text("authorization") ?? ""));
    const [, kind, signature] = match ?? [];
    if (signature === undefined || kind !== "master") throw missing();
    const date = headers.text("x-ms-date") ?? headers.text("date");
    if (date === undefined) throw missing();
    const given = Buffer.from(signature, "base64");
    const known = candidates(path).some(([type, link]) => {
      const text = `${method.toLowerCase()}\n${type.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`;
      const wanted = createHmac("sha256", key).update(text).digest();
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    });
    if (!known) {
      throw new CosmosError(401, "The input authorization token can't serve the request.");
    }
    checkDate(date, nowMs);
  };
};
