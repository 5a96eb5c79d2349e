/** JSON as it arrives: objects may hold any name, so only own properties are ever looked at. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isJsonArray = (value: unknown): value is readonly Json[] => Array.isArray(value);

/** The property, or undefined when it is absent or `value` is no object. */
export const property = (value: Json | undefined, name: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** What JSON.parse makes is JSON, whatever it is. */
const isParsed = (value: unknown): value is Json => value !== undefined;

/** @throws {SyntaxError} when the text is no JSON. */
export const parseJson = (text: string): Json => {
  const value: unknown = JSON.parse(text);
  if (isParsed(value)) return value;
  throw new SyntaxError("The text holds no value");
};

/** The parsed text, or undefined when it is no JSON. */
export const tryParseJson = (text: string): Json | undefined => {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};

/** Nesting deeper than this is refused before anything recurses over it. */
const MAX_JSON_DEPTH = 200;

/** Whether so few brackets are anywhere in the text that it cannot nest too deep, which is so for most. */
const isSurelyShallow = (text: string): boolean => {
  let brackets = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      brackets += 1;
      if (brackets > MAX_JSON_DEPTH) return false;
    }
  }
  return true;
};

/** Whether the text nests deeper than is allowed; counts brackets outside strings, without parsing. */
export const isTooDeep = (text: string): boolean => {
  if (isSurelyShallow(text)) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 92) index += 1;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return true;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return false;
};
