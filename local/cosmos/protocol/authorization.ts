/** Checks the signature that a client makes of each request with the account's key. */
import { hash } from "node:crypto";

import { CosmosError } from "../errors.ts";
import type { Subject } from "./request.ts";

const ALLOWED_SKEW_MS = 15 * 60_000;
const TOKEN = /^type=(master|aad|resource)&ver=1\.0&sig=(.+)$/s;

const missing = (): CosmosError =>
  new CosmosError(401, "Required Header authorization is missing or invalid.");

interface Signed {
  readonly type: string;
  readonly link: string;
}

const isResource = (path: readonly string[]): boolean => path.length % 2 === 0;

/** What a request by name is signed over. */
const named = (path: readonly string[]): Signed => {
  if (path.at(-2) === "operations") return { type: "colls", link: path.slice(0, -2).join("/") };
  return isResource(path)
    ? { type: path.at(-2) ?? "", link: path.join("/") }
    : { type: path.at(-1) ?? "", link: path.slice(0, -1).join("/") };
};

/** What .NET signs a request by resource id over: the id of the resource, or of the feed's owner, alone. */
const byRid = (path: readonly string[]): Signed => ({
  type: named(path).type,
  link: (isResource(path) ? path.at(-1) : path.at(-2))?.toLowerCase() ?? "",
});

const decoded = (header: string): string => {
  if (!header.includes("%")) return header;
  try {
    return decodeURIComponent(header);
  } catch {
    throw missing();
  }
};

/** Many requests carry the same second. */
let lastDate = { text: "", ms: Number.NaN };

const parseDate = (text: string): number => {
  if (text !== lastDate.text) lastDate = { text, ms: Date.parse(text) };
  return lastDate.ms;
};

const checkDate = (date: string, nowMs: number): void => {
  const skewMs = parseDate(date) - nowMs;
  if (Number.isNaN(skewMs)) throw missing();
  if (Math.abs(skewMs) <= ALLOWED_SKEW_MS) return;
  throw new CosmosError(
    403,
    `The authorization token is not valid at the current time. Please create another token and retry (token start time: ${date}, server time: ${new Date(nowMs).toUTCString()}).`,
  );
};

const BLOCK_BYTES = 64;

const HASH_BYTES = 32;
/** Paths are bounded, so texts to sign are too; one that is longer is refused before. */
const MAX_TEXT_BYTES = 65_536;

/**
 * HMAC-SHA-256 (RFC 2104) with one key for many texts, in base64. `createHmac` imports the key anew each time,
 * which takes longer than everything else a point read does.
 */
const makeHmac = (key: Buffer): ((text: string) => string) => {
  const block = Buffer.alloc(BLOCK_BYTES);
  (key.length > BLOCK_BYTES ? hash("sha256", key, "buffer") : key).copy(block);
  const inner = Buffer.alloc(BLOCK_BYTES + MAX_TEXT_BYTES);
  inner.set(block.map((byte) => byte ^ 0x36));
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
  outer.set(block.map((byte) => byte ^ 0x5c));
  return (text) => {
    const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES);
    hash("sha256", inner.subarray(0, end), "buffer").copy(outer, BLOCK_BYTES);
    return hash("sha256", outer, "base64");
  };
};

/** Takes as long for texts that differ in their first letter as for those that differ in their last. */
const isSame = (given: string, wanted: string): boolean => {
  if (given.length !== wanted.length) return false;
  let difference = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    difference |= given.charCodeAt(index) ^ wanted.charCodeAt(index);
  }
  return difference === 0;
};

export type Authorize = (subject: Subject, nowMs: number) => void;

/** Requests on the same resource within a second are signed alike, so what was accepted lately is kept. */
const MAX_ACCEPTED = 1000;

/** Makes the check. It throws a {@link CosmosError}: 401, or 403 when the clocks are more than 15 minutes apart. */
export const makeAuthorize = (accountKey: string): Authorize => {
  const sign = makeHmac(Buffer.from(accountKey, "base64"));
  /** Header → what it signs. */
  const accepted = new Map<string, string>();
  const checkSignature = ({ method, path }: Subject, date: string, header: string): void => {
    const match = TOKEN.exec(decoded(header));
    const [, kind, signature] = match ?? [];
    if (kind === "aad") {
      throw new CosmosError(401, "Tokens of Entra ID are not taken here: use the account's key.");
    }
    if (signature === undefined || kind !== "master" || date === "") throw missing();
    const isOver = ({ type, link }: Signed): boolean =>
      isSame(
        signature,
        sign(`${method.toLowerCase()}\n${type.toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`),
      );
    if (!isOver(named(path)) && !isOver(byRid(path))) {
      throw new CosmosError(401, "The input authorization token can't serve the request.");
    }
  };
  return (subject, nowMs) => {
    const { method, path, headers } = subject;
    const header = headers.text("authorization") ?? "";
    const date = headers.text("x-ms-date") ?? headers.text("date") ?? "";
    const signed = `${method}\n${date}\n${path.join("\n")}`;
    if (accepted.get(header) !== signed) {
      checkSignature(subject, date, header);
      if (accepted.size >= MAX_ACCEPTED) accepted.clear();
      accepted.set(header, signed);
    }
    checkDate(date, nowMs);
  };
};
