import { isRecord, parseJson } from "./json-value.ts";
import { json, text } from "./typed-data.ts";
import type { InputDatum, TriggerMetadata } from "./wire.ts";

const toDatum = (value: unknown): InputDatum | undefined => {
  if (value === null || Array.isArray(value)) return undefined;
  if (isRecord(value)) return json(value);
  if (typeof value === "boolean") return text(value ? "True" : "False");
  return typeof value === "string" || typeof value === "number" ? text(`${value}`) : undefined;
};

/**
 * Adds the fields of a body that is a JSON object to the metadata of its message, as Azure does: names
 * compare without case, and the body's value replaces the message's.
 */
export const mergeBody = (body: string, metadata: TriggerMetadata): TriggerMetadata => {
  const value = body.trimStart().startsWith("{") ? parseJson(body) : undefined;
  if (!isRecord(value)) return metadata;
  const names = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  const merged = { ...metadata };
  for (const [name, field] of Object.entries(value)) {
    const datum = toDatum(field);
    if (datum !== undefined) merged[names.get(name.toLowerCase()) ?? name] = datum;
  }
  return merged;
};
