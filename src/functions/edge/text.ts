import * as z from "zod";

/** Control and line-breaking characters break logs, CSV files and terminals. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** The same but for tabs and line breaks, which longer texts may have. */
const CONTROL_BUT_LINES = /(?![\t\n\r])[\p{Cc}\p{Zl}\p{Zp}]/u;

/** A line of text: trimmed, not blank, at most `max` UTF-16 units. */
export const line = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !CONTROL.test(text), {
      error: "Invalid input: control characters and unpaired surrogates are not allowed",
    })
    .trim()
    .min(1, { error: "Invalid input: must not be blank" });

/** Text of several lines. */
export const paragraphs = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !CONTROL_BUT_LINES.test(text), {
      error: "Invalid input: control characters and unpaired surrogates are not allowed",
    });
