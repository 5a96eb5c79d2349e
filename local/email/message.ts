/** What a client of the mail service sends, and how it is kept. */
import * as z from "zod";

import { parseEmailAddress } from "../../src/domain/users/email-address.ts";

/** The service's own bound, of all fields of recipients together. */
const MAX_RECIPIENTS = 50;

const addressSchema = z.object({
  address: z.string().refine((text) => parseEmailAddress(text) !== undefined, {
    error: "Invalid e-mail address",
  }),
  displayName: z.string().optional(),
});
const addressesSchema = z.array(addressSchema).optional();

/** A header of a mail is one line. */
const lineSchema = z
  .string()
  .refine((text) => !/[\r\n]/u.test(text), { error: "Invalid input: a line end" });

export const messageSchema = z.looseObject({
  senderAddress: addressSchema.shape.address,
  content: z.looseObject({
    subject: lineSchema,
    html: z.string().optional(),
    plainText: z.string().optional(),
  }),
  recipients: z.object({ to: addressesSchema, cc: addressesSchema, bcc: addressesSchema }).refine(
    ({ to = [], cc = [], bcc = [] }) => {
      const count = to.length + cc.length + bcc.length;
      return count > 0 && count <= MAX_RECIPIENTS;
    },
    { error: `Invalid input: 1 to ${MAX_RECIPIENTS} recipients` },
  ),
  replyTo: addressesSchema,
  attachments: z
    .array(
      z.looseObject({
        name: lineSchema.min(1),
        contentType: lineSchema.min(1),
        contentInBase64: z.base64(),
        contentId: lineSchema.optional(),
      }),
    )
    .default([]),
});

export const mailSchema = z.object({
  id: z.string(),
  receivedAt: z.string(),
  message: messageSchema,
});
export type ReceivedMail = z.infer<typeof mailSchema>;
