import type { InputDatum } from "./wire.ts";

/** Text: the app gets the value it holds when it parses as JSON, else the text. */
export const text = (value: string): InputDatum => ({ string: value });

/** Any value but text and bytes, as .NET hands it over. */
export const json = (value: unknown): InputDatum => ({ json: JSON.stringify(value) });

/** A time as .NET prints a `DateTimeOffset`: offset instead of `Z`, no trailing zeros. */
export const netDate = (date: Date): string => `${netDateTime(date)}+00:00`;

/** A time as .NET prints a `DateTime` of no kind: no offset, no trailing zeros. */
export const netDateTime = (date: Date): string =>
  date
    .toISOString()
    .slice(0, -1)
    .replace(/\.?0+$/, "");
