import type { HttpRequest } from "@azure/functions";

import { AppError } from "../../domain/errors.ts";

/** How a route reads its body. */
export interface BodyReader<T> {
  readonly mediaTypes: readonly string[];
  /** 0 where no body is read. */
  readonly maxBytes: number;
  /** @throws {AppError} `invalid-body`, `invalid-input`. */
  readonly parse: (bytes: Uint8Array) => T;
}

const MAX_JSON_BYTES = 1_048_576;
const MAX_JSON_DEPTH = 32;

const invalid = (message: string, cause?: unknown): AppError =>
  new AppError("invalid-body", message, { cause });

const checkDepth = (value: unknown, depth = 1): void => {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_JSON_DEPTH) {
    throw new AppError("body-too-large", `The JSON is nested deeper than ${MAX_JSON_DEPTH}.`);
  }
  // An own `__proto__` would change an object it is copied to.
  if (Object.hasOwn(value, "__proto__")) throw invalid("The JSON has a field named __proto__.");
  for (const inner of Object.values(value)) checkDepth(inner, depth + 1);
};

const parseJson = (bytes: Uint8Array): unknown => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw invalid("The body is not UTF-8.", error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid("The body is not JSON.", error);
  }
  checkDepth(value);
  return value;
};

/** A JSON body. `parse` gets what the text says, nested at most 32 deep. */
export const json = <T>(parse: (value: unknown) => T): BodyReader<T> => ({
  mediaTypes: ["application/json"],
  maxBytes: MAX_JSON_BYTES,
  parse: (bytes) => parse(parseJson(bytes)),
});

/** A JSON Merge Patch (RFC 7396): always an object here, since a resource is one. */
export const mergePatch = (): BodyReader<Readonly<Record<string, unknown>>> => ({
  mediaTypes: ["application/merge-patch+json"],
  maxBytes: MAX_JSON_BYTES,
  parse: (bytes) => {
    const value = parseJson(bytes);
    if (!isRecord(value)) throw invalid("A merge patch is a JSON object.");
    return value;
  },
});

/** A route that reads no body; one that is sent is ignored. */
export const noBody: BodyReader<undefined> = {
  mediaTypes: [],
  maxBytes: 0,
  parse: () => undefined,
};

/** The bytes as they come, of any media type. */
export const bytes = (maxBytes: number): BodyReader<Uint8Array> => ({
  mediaTypes: [],
  maxBytes,
  parse: (content) => {
    if (content.byteLength === 0) throw invalid("The body is empty.");
    return content;
  },
});

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const checkMediaType = (request: HttpRequest, allowed: readonly string[]): void => {
  const coding = request.headers.get("content-encoding") ?? "";
  if (!/^(?:identity)?$/iu.test(coding.trim())) {
    throw new AppError("unsupported-media-type", "Send the body without a content-encoding.");
  }
  if (allowed.length === 0) return;
  const [type = "", ...parameters] = (request.headers.get("content-type") ?? "").split(";");
  const charset = parameters.find((parameter) =>
    parameter.trim().toLowerCase().startsWith("charset="),
  );
  const utf8 = charset === undefined || /^\s*charset="?utf-?8"?\s*$/iu.test(charset);
  if (allowed.includes(type.trim().toLowerCase()) && utf8) return;
  throw new AppError(
    "unsupported-media-type",
    `Send content-type: ${allowed.join(" or ")}, in UTF-8.`,
  );
};

const NOTHING = new Uint8Array();

/**
 * Reads the body of a request.
 *
 * @throws {AppError} `unsupported-media-type`; `length-required` for a chunked body, which the Functions
 *   host drops; `body-too-large`; what the reader throws.
 */
export const readBody = async <T>(
  request: HttpRequest,
  reader: BodyReader<T>,
): Promise<{ body: T; content: Uint8Array }> => {
  if (reader.maxBytes === 0) return { body: reader.parse(NOTHING), content: NOTHING };
  checkMediaType(request, reader.mediaTypes);
  if (request.headers.has("transfer-encoding") && !request.headers.has("content-length")) {
    throw new AppError("length-required", "Send a content-length; chunked bodies are not taken.");
  }
  const tooLarge = new AppError("body-too-large", `The body may have ${reader.maxBytes} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > reader.maxBytes) throw tooLarge;
  const content = new Uint8Array(await request.arrayBuffer());
  if (content.byteLength > reader.maxBytes) throw tooLarge;
  return { body: reader.parse(content), content };
};

/** The merge of RFC 7396: null removes, objects merge, anything else replaces. */
export const applyMergePatch = (
  target: unknown,
  patch: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  const merged = new Map(isRecord(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, isRecord(value) ? applyMergePatch(merged.get(name), value) : value);
  }
  return Object.fromEntries(merged);
};
