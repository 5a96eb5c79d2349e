import { AppError } from "../errors.ts";
import { parseEmailAddress } from "../users/email-address.ts";
import type { UserStore } from "../users/user-store.ts";
import type { MailSender } from "./mail.ts";
import { renderMail, type TemplateCall, type TemplateName } from "./templates.ts";

/** Whom a mail goes to. A user is looked up when the mail is sent: the address is that of then. */
export type MailReceiver = readonly string[] | { readonly userId: string };

export type SendEmailInput = { readonly to: MailReceiver } & TemplateCall;

/** Without the addresses: results are shown to more people than these are. */
export interface SendEmailResult {
  readonly template: TemplateName;
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
}

/**
 * Sends one mail, for a job. When the process dies between the mail and the note of it, the next attempt
 * sends the same key, by which the mail service can tell.
 *
 * @throws {AppError} `user-not-found` for a user who is deleted, `user-without-email`, `invalid-input`
 *   for what is no address; as {@link MailSender.send}.
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

export const makeSendEmail =
  ({ users, sender }: SendEmailDeps): SendEmail =>
  (input, { signal, effect }) =>
    effect("mail", async (key) => {
      const to = deliverable(await addressesOf(input.to, users));
      await sender.send({ to, ...renderMail(input), attachments: [] }, key, signal);
      return { template: input.template, recipients: to.length };
    });
