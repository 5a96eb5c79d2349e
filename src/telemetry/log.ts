import { errorFields } from "./error-fields.ts";
import { currentScope } from "./scope.ts";
import type { Attributes, LogLevel } from "./telemetry.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const satisfies LogLevel[];

const isWritten = (level: LogLevel, least: LogLevel): boolean =>
  LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);

/** Values that are not plain become JSON, since what watches takes only plain ones. */
const plain = (fields: object): Attributes =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? value
        : JSON.stringify(value),
    ]),
  );

/** For lines outside of any invocation: the host takes what is printed as a line of its own. */
const print = (level: LogLevel, text: string): void => {
  // The host's log functions exist only inside of an invocation.
  // oxlint-disable-next-line no-console
  console[level](text);
};

interface Line {
  readonly level: LogLevel;
  /** Constant text. */
  readonly event: string;
  readonly fields?: object;
  /** Writes where no scope is, as in a test that calls a function by itself. */
  readonly fallback?: (text: string) => void;
}

/**
 * Writes one JSON object on one line: the event's constant text, its fields, and what
 * {@link currentScope} knows. Never hand it bodies, names, addresses, tokens, links or messages of errors.
 */
export const logEvent = ({ level, event, fields, fallback }: Line): void => {
  const scope = currentScope();
  if (scope !== undefined && !isWritten(level, scope.leastLevel)) return;
  const all = { ...scope?.fields, ...fields };
  const text = JSON.stringify({ event, at: new Date().toISOString(), level, ...all });
  if (scope !== undefined) scope.write(level, text);
  else if (fallback !== undefined) fallback(text);
  else print(level, text);
  scope?.telemetry.log({ level, event, fields: plain(all) });
};

/** As {@link logEvent} at level `error`, with what {@link errorFields} tells of the error. */
export const logError = (
  event: string,
  { error, ...fields }: { readonly error: unknown } & Readonly<Record<string, unknown>>,
): void => logEvent({ level: "error", event, fields: { ...fields, ...errorFields(error) } });
