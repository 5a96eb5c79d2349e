/**
 * Who changed an entity, what of it, when and by which request. The trail is a part of the entity and is
 * written with it, so that neither can be there without the other. Values are not in it: it may be kept
 * when the personal data it is about must go.
 */
import type { Caller } from "../caller.ts";

/** A caller and the request that asks for a change. */
export interface Author {
  readonly id: string;
  readonly kind: Caller["kind"];
  /** As `x-ms-request-id` named it to the client. */
  readonly requestId: string;
}

export interface AuditEntry {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly by: Author;
  readonly action: "created" | "changed" | "deleted";
  /** JSON paths of what is different, `$.price.amountMinor`; empty unless `changed`. */
  readonly fields: readonly string[];
}

/** Newest last; old ones go, so that a document stays small. */
export type AuditTrail = readonly AuditEntry[];

/** So many of the newest are all kept. */
export const MAX_AUDIT_ENTRIES = 20;
/** Of those before them, as many that tell what happened on which day: reports count by them. */
const MAX_OLDER_ENTRIES = 10;
const MAX_FIELDS = 20;

const actionAndDay = ({ action, at }: AuditEntry): string => `${action} ${at.slice(0, 10)}`;

export const withEntry = (trail: AuditTrail, entry: AuditEntry): AuditTrail => {
  const all = [...trail, entry];
  // Of equal keys the last entry stays, at the place of the first.
  const older = new Map(
    all.slice(0, -MAX_AUDIT_ENTRIES).map((kept) => [actionAndDay(kept), kept] as const),
  );
  return [...[...older.values()].slice(-MAX_OLDER_ENTRIES), ...all.slice(-MAX_AUDIT_ENTRIES)];
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const differences = (before: unknown, after: unknown, path: string): readonly string[] => {
  if (!isRecord(before) || !isRecord(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(before[name], after[name], `${path}.${name}`));
};

/** The fields in which two states of an entity differ, as JSON paths in alphabetical order. */
export const changedFields = (before: object, after: object): readonly string[] =>
  differences(before, after, "$").toSorted().slice(0, MAX_FIELDS);
