import * as z from "zod";

import type { MailRun, SendEmail } from "../../../domain/mail/send-email.ts";
import type { TemplateName } from "../../../domain/mail/templates.ts";
import { isDay } from "../../../domain/reports/day.ts";
import { parseEmailAddress } from "../../../domain/users/email-address.ts";

/** As many as the mail service takes in one mail. */
const MAX_RECIPIENTS = 50;
const MAX_SUBJECT_CHARACTERS = 200;
const MAX_TEXT_CHARACTERS = 32_768;
const MAX_PRODUCTS = 200;

const addressSchema = z
  .string()
  .refine((text) => parseEmailAddress(text) !== undefined, { error: "Invalid e-mail address" });

/** What becomes a line of a header, or of the text: control characters would begin another. */
const lineSchema = (maxCharacters: number) =>
  z
    .string()
    .min(1)
    .max(maxCharacters)
    .refine(
      (text) => text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text.trim() !== "",
      {
        error: "Invalid input: one line of text, without control characters",
      },
    );

const textSchema = z
  .string()
  .min(1)
  .max(MAX_TEXT_CHARACTERS)
  // oxlint-disable-next-line eslint/no-control-regex -- These are what is refused: all but tab and line ends.
  .refine((text) => text.isWellFormed() && !/[\u0000-\u0008\v\f\u000e-\u001f\u007f]/u.test(text), {
    error: "Invalid input: text without control characters",
  });

const parametersSchemas = {
  message: z.strictObject({ subject: lineSchema(MAX_SUBJECT_CHARACTERS), text: textSchema }),
  welcome: z.strictObject({ name: lineSchema(200) }),
  "low-stock": z.strictObject({
    threshold: z.int().min(1),
    products: z
      .array(z.strictObject({ sku: lineSchema(64), name: lineSchema(200), stock: z.int().min(0) }))
      .min(1)
      .max(MAX_PRODUCTS),
  }),
} satisfies Record<TemplateName, z.ZodType>;

/** Addresses, or a user whose address is looked up when the mail is sent. */
const toSchema = z.union([
  z.array(addressSchema).min(1).max(MAX_RECIPIENTS),
  z.strictObject({ userId: z.guid().transform((id) => id.toLowerCase()) }),
]);

const templateSchema = <N extends TemplateName>(template: N) =>
  z.strictObject({
    to: toSchema,
    template: z.literal(template),
    parameters: parametersSchemas[template],
  });

const inputSchema = z.discriminatedUnion("template", [
  templateSchema("message"),
  templateSchema("welcome"),
  templateSchema("low-stock"),
  z.strictObject({
    to: toSchema,
    template: z.literal("daily-report"),
    parameters: z.strictObject({
      date: z.string().refine(isDay, { error: "Invalid input: not a day, YYYY-MM-DD" }),
    }),
  }),
]);

/** Sends a mail that is written from a template. Who is throttled or away for an hour gets it all the same. */
export const sendEmailKind = (sendEmail: SendEmail) => ({
  role: "editor" as const,
  input: inputSchema,
  limits: { attempts: 12, attemptMs: 60_000, atOnce: 8 },
  run: (input: z.infer<typeof inputSchema>, run: MailRun) => sendEmail(input, run),
});
