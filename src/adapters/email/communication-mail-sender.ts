import type { TokenCredential } from "@azure/identity";
import * as z from "zod";

import { AppError } from "../../domain/errors.ts";
import type { Mail, MailSender } from "../../domain/mail/mail.ts";

export interface MailOptions {
  readonly connectionString?: string | undefined;
  /** Address of the service; the identity opens it. */
  readonly endpoint?: string | undefined;
  /** Whom mail is from. */
  readonly sender: string;
}

/** One mail is not worth more: whoever sends it tries again later. */
const SEND_WITHIN_MS = 60_000;
const POLL_MS = 1_000;

const failureSchema = z.object({ statusCode: z.number().optional(), code: z.string().optional() });

const toAppError = (error: unknown): unknown => {
  const { statusCode, code } = failureSchema.safeParse(error).data ?? {};
  if (statusCode === 429)
    return new AppError("too-many-requests", "The mail service is throttling.", { cause: error });
  const isUnreachable = statusCode === undefined && code !== undefined;
  if (isUnreachable || statusCode === 408 || (statusCode ?? 0) >= 500)
    return new AppError("unavailable", "The mail service does not answer.", { cause: error });
  return statusCode === 400 || statusCode === 404 || statusCode === 413
    ? new AppError("mail-refused", "The mail service does not take this mail.", { cause: error })
    : error;
};

const toMessage = ({ to, subject, html, text, attachments }: Mail, senderAddress: string) => ({
  senderAddress,
  recipients: { to: to.map((address) => ({ address })) },
  content: { subject, html, plainText: text },
  attachments: attachments.map(({ name, contentType, content, contentId }) => ({
    name,
    contentType,
    contentInBase64: Buffer.from(content).toString("base64"),
    ...(contentId !== undefined && { contentId }),
  })),
  disableUserEngagementTracking: true,
});

/** Mail by Azure Communication Services. The SDK is loaded with the first mail. */
export class CommunicationMailSender implements MailSender {
  readonly #options: MailOptions;
  readonly #credential: () => Promise<TokenCredential>;

  constructor(options: MailOptions, credential: () => Promise<TokenCredential>) {
    this.#options = options;
    this.#credential = credential;
  }

  async send(mail: Mail, key: string): Promise<void> {
    try {
      const client = await this.#client();
      const poller = await client.beginSend(toMessage(mail, this.#options.sender), {
        operationId: key,
        updateIntervalInMs: POLL_MS,
      });
      const abortSignal = AbortSignal.timeout(SEND_WITHIN_MS);
      const { status, error } = await poller.pollUntilDone({ abortSignal });
      if (status !== "Succeeded")
        throw new AppError("mail-refused", `The mail ended as ${status}.`, { cause: error });
    } catch (error) {
      throw toAppError(error);
    }
  }

  async #client() {
    const { EmailClient } = await import("@azure/communication-email");
    const { connectionString, endpoint = "" } = this.#options;
    if (connectionString === undefined) return new EmailClient(endpoint, await this.#credential());
    // Only a stand-in on this machine is spoken to without TLS.
    const allowInsecureConnection = connectionString.startsWith("endpoint=http:");
    return new EmailClient(connectionString, { allowInsecureConnection });
  }
}
