import { AppError } from "../errors.ts";
import { parseEmailAddress } from "../users/email-address.ts";
import type { UserStore } from "../users/user-store.ts";
import type { ReportMail } from "../reports/report-mail.ts";
import type { Mail, MailSender } from "./mail.ts";
import { renderMail, type TemplateCall, type TemplateName } from "./templates.ts";

/** Whom a mail goes to. A user is looked up when the mail is sent: the address is that of then. */
export type MailReceiver = readonly string[] | { readonly userId: string };

/** A mail that is made of a day's report, with pictures and a table. */
interface ReportCall {
  readonly template: "daily-report";
  readonly parameters: { readonly date: string };
}

export type SendEmailInput = { readonly to: MailReceiver } & (ReportCall | TemplateCall);

/** Without the addresses: results are shown to more people than these are. */
export interface SendEmailResult {
  readonly template: TemplateName | "daily-report";
  readonly recipients: number;
}

/** What sending asks of the job that it is done for. */
export interface MailRun {
  readonly signal: AbortSignal;
  /** Notes the outcome; gives a noted one back. The key is the same on every attempt. */
  readonly effect: <T>(name: string, perform: (key: string) => Promise<T>) => Promise<T>;
}

export interface SendEmailDeps {
  readonly users: Pick<UserStore, "find">;
  readonly sender: MailSender;
  readonly reportMail: ReportMail;
}

/**
 * Sends one mail, for a job. When the process dies between the mail and the note of it, the next attempt
 * sends the same key, by which the mail service can tell.
 *
 * @throws {AppError} `user-not-found` for a user who is deleted, `user-without-email`, `invalid-input`
 *   for what is no address, `report-not-found`; as {@link MailSender.send}.
 */
export type SendEmail = (input: SendEmailInput, run: MailRun) => Promise<SendEmailResult>;

const addressesOf = async (
  receiver: MailReceiver,
  users: SendEmailDeps["users"],
): Promise<readonly string[]> => {
  if (!("userId" in receiver)) return receiver;
  const found = await users.find(receiver.userId);
  if (typeof found === "string")
    throw new AppError("user-not-found", "There is no such user, or no longer.");
  const { email } = found.value;
  if (email === undefined)
    throw new AppError("user-without-email", "The user has no e-mail address.");
  return [email];
};

/** Each once, with the domain as mail servers know it. */
const deliverable = (addresses: readonly string[]): readonly string[] => {
  const byKey = addresses.map((text): readonly [string, string] => {
    const parsed = parseEmailAddress(text);
    if (!parsed) throw new AppError("invalid-input", "A recipient is no e-mail address.");
    const { address, key } = parsed;
    return [key, address.slice(0, address.lastIndexOf("@")) + key.slice(key.lastIndexOf("@"))];
  });
  return [...new Map(byKey.toReversed()).values()].toReversed();
};

const contentOf = async (
  input: SendEmailInput,
  reportMail: ReportMail,
): Promise<Omit<Mail, "to">> =>
  input.template === "daily-report"
    ? reportMail(input.parameters.date)
    : { ...renderMail(input), attachments: [] };

export const makeSendEmail =
  ({ users, sender, reportMail }: SendEmailDeps): SendEmail =>
  (input, { signal, effect }) =>
    effect("mail", async (key) => {
      const to = deliverable(await addressesOf(input.to, users));
      const content = await contentOf(input, reportMail);
      await sender.send({ to, ...content }, key, signal);
      return { template: input.template, recipients: to.length };
    });
