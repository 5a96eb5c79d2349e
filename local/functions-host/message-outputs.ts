import { isRecord, parseJson } from "./json-value.ts";
import type { OutputDatum } from "./wire.ts";

const INDENT = 2;

const elementText = (element: unknown): string => {
  if (typeof element === "string") return element;
  if (typeof element === "boolean") return element ? "True" : "False";
  return JSON.stringify(element, null, INDENT);
};

const jsonTexts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(elementText) : [elementText(value)];

/**
 * The messages that an output to a queue or topic stands for, as Azure makes them: an array is one
 * message for each element, an object is written with indentation.
 *
 * @throws {Error} for bytes where `allowBytes` is false: Azure would send the name of a .NET type.
 */
export const outputMessages = (
  datum: OutputDatum,
  { allowBytes }: { readonly allowBytes: boolean },
): readonly (string | Uint8Array)[] => {
  if (datum.bytes !== undefined) {
    if (!allowBytes)
      throw new Error("A Service Bus output cannot hold bytes: Azure would send 'System.Byte[]'");
    return [datum.bytes];
  }
  if (datum.json !== undefined) return jsonTexts(parseJson(datum.json));
  if (datum.string !== undefined) {
    const value = parseJson(datum.string);
    return Array.isArray(value) || isRecord(value) ? jsonTexts(value) : [datum.string];
  }
  const number = datum.int ?? datum.double;
  return number === undefined ? [] : [String(number)];
};
