import { isRecord, type JsonRecord } from "./json-value.ts";
import { isLogLevel, type LogLevels } from "./logger.ts";
import type { LogLevel } from "./wire.ts";

const OVERRIDE_PREFIX = "AzureFunctionsJobHost__";

/** Milliseconds of a .NET time span such as `00:05:00` or `1.00:00:00`, or -1 for `-1`. */
export const timeSpanMs = (text: string): number | undefined => {
  if (text.trim() === "-1") return -1;
  const match = /^(?:(\d+)\.)?(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = "0"] = match;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
};

const keyOf = (record: JsonRecord, name: string): string | undefined =>
  Object.keys(record).find((key) => key.toLowerCase() === name.toLowerCase());

const withOverride = (record: JsonRecord, path: readonly string[], value: string): JsonRecord => {
  const [name, ...rest] = path;
  if (name === undefined) return record;
  const key = keyOf(record, name) ?? name;
  const inner = record[key];
  return {
    ...record,
    [key]: rest.length === 0 ? value : withOverride(isRecord(inner) ? inner : {}, rest, value),
  };
};

/** host.json with the settings `AzureFunctionsJobHost__a__b` laid over it. Names match without case. */
export class HostJson {
  readonly #root: JsonRecord;

  constructor(root: JsonRecord, environment: NodeJS.ProcessEnv) {
    let merged = root;
    for (const [name, value] of Object.entries(environment))
      if (name.startsWith(OVERRIDE_PREFIX) && value !== undefined)
        merged = withOverride(merged, name.slice(OVERRIDE_PREFIX.length).split("__"), value);
    this.#root = merged;
  }

  /** @param path names joined by dots. */
  number(path: string, fallback: number): number {
    const value = this.#at(path);
    const number = typeof value === "string" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : fallback;
  }

  /** A count for which -1 means no limit. */
  limit(path: string, fallback: number): number {
    const number = this.number(path, fallback);
    return number < 0 ? Infinity : number;
  }

  text(path: string, fallback: string): string {
    const value = this.#at(path);
    return typeof value === "string" ? value : fallback;
  }

  flag(path: string, fallback: boolean): boolean {
    const value = this.#at(path);
    if (typeof value === "string") return value.toLowerCase() === "true";
    return typeof value === "boolean" ? value : fallback;
  }

  /** A time span in milliseconds; -1 means no limit. */
  durationMs(path: string, fallbackMs: number): number {
    const span = timeSpanMs(this.text(path, ""));
    if (span === undefined) return fallbackMs;
    return span < 0 ? Infinity : span;
  }

  list(path: string): readonly string[] {
    const value = this.#at(path);
    return Array.isArray(value) ? value.map((item) => String(item)) : [];
  }

  logLevels(): LogLevels {
    const levels = new Map<string, LogLevel>();
    const configured = this.#at("logging.logLevel");
    for (const [category, value] of Object.entries(isRecord(configured) ? configured : {})) {
      const level = String(value).toLowerCase();
      if (isLogLevel(level))
        levels.set(category.toLowerCase() === "default" ? "default" : category, level);
    }
    return levels;
  }

  #at(path: string): unknown {
    let value: unknown = this.#root;
    for (const name of path.split(".")) {
      if (!isRecord(value)) return undefined;
      const key = keyOf(value, name);
      value = key === undefined ? undefined : value[key];
    }
    return value;
  }
}
