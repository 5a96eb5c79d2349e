import { AppError } from "../errors.ts";
import { type TargetRules, readTarget } from "./call-target.ts";

const MAX_REDIRECTS = 5;

/** One request of a call: the first, or one that a redirect asks for. */
export interface Hop {
  readonly url: URL;
  /** A GET has no body. */
  readonly method: "GET" | "POST";
  /** Whether it goes to whom the call was addressed, so that the signature may go along. */
  readonly addressed: boolean;
}

/** Redirects that keep method and body. The other three become a GET, as in every browser (RFC 9110, 15.4). */
const KEEPING = new Set([307, 308]);
const REDIRECTS = new Set([301, 302, 303, ...KEEPING]);

export const isRedirect = (status: number): boolean => REDIRECTS.has(status);

const refused = (message: string): AppError => new AppError("call-redirect-refused", message);

/** The same host, by the same way or by the step from HTTP to HTTPS on their usual ports. */
const isSameReceiver = (from: URL, to: URL): boolean => {
  if (from.origin === to.origin) return true;
  const isUpgrade = from.protocol === "http:" && to.protocol === "https:";
  return isUpgrade && from.hostname === to.hostname && from.port === "" && to.port === "";
};

export interface RedirectAnswer {
  readonly status: number;
  readonly location: string | undefined;
}

/**
 * Where an answer sends the call next. A redirect never leads from HTTPS to HTTP, and what has once left
 * the receiver it was addressed to is not signed any more, also when it comes back.
 *
 * @param count 1 for the first redirect.
 * @throws {AppError} `call-redirect-refused`; `call-url-refused` for where it leads to.
 */
export const followRedirect = (
  hop: Hop,
  { status, location }: RedirectAnswer,
  { count, ...rules }: TargetRules & { readonly count: number },
): Hop => {
  if (count > MAX_REDIRECTS) throw refused(`There are more than ${MAX_REDIRECTS} redirects.`);
  if (location === undefined) throw refused(`The receiver answered ${status} without a location.`);
  const target = URL.parse(location, hop.url.href);
  if (!target) throw refused("The receiver redirects to what is no URL.");
  const url = readTarget(target.href, rules);
  if (hop.url.protocol === "https:" && url.protocol === "http:")
    throw refused("The receiver redirects from https to http.");
  const method = KEEPING.has(status) ? hop.method : "GET";
  return { url, method, addressed: hop.addressed && isSameReceiver(hop.url, url) };
};
