import { AppError } from "../../src/domain/errors.ts";
import type { Mail, MailSender } from "../../src/domain/mail/mail.ts";
import { parseEmailAddress } from "../../src/domain/users/email-address.ts";

/** A mail service in memory: one mail a key. */
export class MemoryMailSender implements MailSender {
  readonly mails = new Map<string, Mail>();
  /** How many more sends are taken without an answer. */
  answersToLose = 0;

  send(mail: Mail, key: string): Promise<void> {
    if (mail.to.some((address) => parseEmailAddress(address) === undefined))
      return Promise.reject(new AppError("mail-refused", "A recipient is no e-mail address."));
    if (!this.mails.has(key)) this.mails.set(key, mail);
    if (this.answersToLose === 0) return Promise.resolve();
    this.answersToLose -= 1;
    return Promise.reject(new AppError("unavailable", "The answer was lost."));
  }
}
