/** A request, read: its path in parts, its headers by meaning, its body within bounds. */
import { badRequest } from "../errors.ts";
import { isTooDeep, tryParseJson, type Json } from "../json.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A document of 2 MB, escaped, fits; so does a batch with its framing. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_PATH_LENGTH = 16_384;

/** Splits and decodes the path, folding nothing: `.` and `..` are ids like others. @throws {CosmosError} 400 */
export const pathSegments = (url: string): readonly string[] => {
  if (url.length > MAX_PATH_LENGTH) throw badRequest("The path is too long.");
  const end = url.indexOf("?");
  const path = end === -1 ? url : url.slice(0, end);
  try {
    return path
      .split("/")
      .filter((segment) => segment !== "")
      .map((segment) => (segment.includes("%") ? decodeURIComponent(segment) : segment));
  } catch (error) {
    throw badRequest("The path is not correctly encoded.", { cause: error });
  }
};

/** @throws {CosmosError} 400 when the body is no JSON or nests too deep. */
export const parseBody = (bytes: Buffer): Json | undefined => {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString();
  if (isTooDeep(text)) throw badRequest("The request body is nested too deeply.");
  const value = tryParseJson(text);
  if (value === undefined) {
    throw badRequest("The request body is not valid JSON.");
  }
  return value;
};

/** The headers of a request, by what they mean. */
export class Headers {
  /** The header of this name, which is in lower case. */
  readonly text: (name: string) => string | undefined;

  constructor(text: (name: string) => string | undefined) {
    this.text = text;
  }

  /** Clients write `True` and `true`. */
  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === "true";
  }

  /** Page size; absent for the server's choice. @throws {CosmosError} 400 */
  get maxItemCount(): number | undefined {
    const text = this.text("x-ms-max-item-count");
    if (text === undefined || text.trim() === "-1") return undefined;
    const count = Number(text);
    if (Number.isInteger(count) && count > 0) return count;
    throw badRequest(`The value '${text}' of x-ms-max-item-count is invalid.`);
  }

  /** The client wants writes answered without the document. */
  get minimal(): boolean {
    return this.text("prefer")?.toLowerCase() === "return=minimal";
  }
}

/** What a request is about, before its body is read. */
export interface Subject {
  readonly method: Method;
  /** Parts of the path, decoded. */
  readonly path: readonly string[];
  readonly headers: Headers;
}

export interface CosmosRequest extends Subject {
  /** Scheme and host by which this request came, ending in a slash. */
  readonly origin: string;
  readonly bytes: Buffer;
  /** Parsed on demand. @throws {CosmosError} 400 */
  readonly body: () => Json | undefined;
}
