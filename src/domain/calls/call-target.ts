/** Which URLs are called at all. Where a name leads to is looked at when the connection is opened. */
import { AppError } from "../errors.ts";

const MAX_URL_LENGTH = 2048;

export interface TargetRules {
  /** Hosts as `host` or `host:port`, which may be anywhere, also on this machine, and need no HTTPS. */
  readonly exemptHosts: readonly string[];
  readonly requireHttps: boolean;
}

const DEFAULT_PORT: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

const portOf = ({ protocol, port }: URL): string =>
  port === "" ? (DEFAULT_PORT[protocol] ?? "") : port;

/** An entry of {@link TargetRules}. */
const HOST = /^(?<host>.+?)(?::(?<port>\d+))?$/u;

/** Whether the URL leads to one of the hosts that an operator has exempted, by the name it is spelt with. */
export const isExempt = ({ exemptHosts }: TargetRules, url: URL): boolean =>
  exemptHosts.some((entry) => {
    const { host = "", port } = HOST.exec(entry)?.groups ?? {};
    const isSameHost = URL.parse(`http://${host}`)?.hostname === url.hostname;
    return isSameHost && (port === undefined || port === portOf(url));
  });

const refused = (message: string): AppError => new AppError("call-url-refused", message);

/**
 * Reads a URL as browsers do, so that it has one spelling only: a number in any notation becomes a plain
 * address, look-alike letters and dots become plain ones.
 *
 * @throws {AppError} `call-url-refused`.
 */
export const readTarget = (text: string, rules: TargetRules): URL => {
  if (text.length > MAX_URL_LENGTH)
    throw refused(`The URL is longer than ${MAX_URL_LENGTH} characters.`);
  const url = URL.parse(text);
  if (!url) throw refused("The URL is not one.");
  if (!(url.protocol in DEFAULT_PORT)) throw refused("The URL is neither http nor https.");
  if (url.username !== "" || url.password !== "") throw refused("The URL has credentials in it.");
  if (rules.requireHttps && url.protocol !== "https:" && !isExempt(rules, url))
    throw refused("The URL is not https.");
  return url;
};
