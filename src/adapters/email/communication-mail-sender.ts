import type { TokenCredential } from "@azure/identity";
import * as z from "zod";

import { AppError } from "../../domain/errors.ts";
import type { Mail, MailSender } from "../../domain/mail/mail.ts";

export interface MailOptions {
  readonly connectionString?: string | undefined;
  /** Address of the service; the identity opens it. */
  readonly endpoint?: string | undefined;
  /** Whom mail is from; without it there is no mail. */
  readonly sender?: string | undefined;
}

/** One mail is not worth more: whoever sends it tries again later. */
const SEND_WITHIN_MS = 60_000;
const POLL_MS = 1_000;

/** Whoever sends tries again later, and waits as long as the service asks without holding anything. */
const ONCE = { retryOptions: { maxRetries: 0 } };

const failureSchema = z.object({
  name: z.string().optional(),
  statusCode: z.number().optional(),
  code: z.string().optional(),
  response: z.custom<{ headers: { get(name: string): string | undefined } }>().optional(),
});
type Failure = z.infer<typeof failureSchema>;

/** `Retry-After` in seconds, as the service sends it. */
const retryAfterMsOf = ({ response }: Failure): number | undefined => {
  const seconds = Number(response?.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
};

/** No answer came: the connection was refused or cut, or it took too long. */
const isUnreachable = ({ name, statusCode, code }: Failure): boolean =>
  statusCode === undefined &&
  (code !== undefined || name === "AbortError" || name === "TimeoutError");

const operationSchema = z.object({ status: z.string() });
const ENDED_BADLY: ReadonlySet<string> = new Set(["Failed", "Canceled"]);

/** The mail as it is will never be taken. */
const REFUSED: ReadonlySet<number> = new Set([400, 404, 413]);

const throttled = (failure: Failure, cause: unknown): AppError => {
  const retryAfterMs = retryAfterMsOf(failure);
  return new AppError("too-many-requests", "The mail service is throttling.", {
    cause,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
};

const toAppError = (cause: unknown): unknown => {
  const failure = failureSchema.safeParse(cause).data ?? {};
  const { statusCode = 0 } = failure;
  if (statusCode === 429) return throttled(failure, cause);
  if (statusCode === 408 || statusCode >= 500 || isUnreachable(failure))
    return new AppError("unavailable", "The mail service does not answer.", { cause });
  return REFUSED.has(statusCode)
    ? new AppError("mail-refused", "The mail service does not take this mail.", { cause })
    : cause;
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

  async send(mail: Mail, key: string, signal?: AbortSignal): Promise<void> {
    const deadline = AbortSignal.timeout(SEND_WITHIN_MS);
    const abortSignal = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const { sender } = this.#options;
    if (sender === undefined)
      throw new AppError("mail-refused", "The application has no address to send mail from.");
    // The poller throws an error without a code when the operation has ended badly.
    let status: string | undefined;
    try {
      const client = await this.#client();
      const poller = await client.beginSend(toMessage(mail, sender), {
        operationId: key,
        updateIntervalInMs: POLL_MS,
        abortSignal,
        onResponse: ({ parsedBody }) => {
          status = operationSchema.safeParse(parsedBody).data?.status;
        },
      });
      await poller.pollUntilDone({ abortSignal });
    } catch (error) {
      if (status !== undefined && ENDED_BADLY.has(status))
        throw new AppError("mail-refused", `The mail ended as ${status}.`, { cause: error });
      throw toAppError(error);
    }
  }

  async #client() {
    const { EmailClient } = await import("@azure/communication-email");
    const { connectionString, endpoint = "" } = this.#options;
    if (connectionString === undefined)
      return new EmailClient(endpoint, await this.#credential(), ONCE);
    // Only a stand-in on this machine is spoken to without TLS.
    const allowInsecureConnection = connectionString.startsWith("endpoint=http:");
    return new EmailClient(connectionString, { ...ONCE, allowInsecureConnection });
  }
}
