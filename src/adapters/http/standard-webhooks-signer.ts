import type { CallSigner } from "../../domain/calls/make-call.ts";
import { AppError } from "../../domain/errors.ts";

/** Signs by the Standard Webhooks scheme. While a secret is being replaced, each of several signs. */
export class StandardWebhooksSigner implements CallSigner {
  readonly #secrets: readonly string[];

  /** @param secrets each `whsec_` and bytes in base64. */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  async sign({ id, sentAt, body }: Parameters<CallSigner["sign"]>[0]) {
    if (this.#secrets.length === 0)
      throw new AppError("call-unsigned", "No secret is set to sign calls with.");
    const { Webhook } = await import("standardwebhooks");
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
      "webhook-signature": this.#secrets
        .map((secret) => new Webhook(secret).sign(id, sentAt, body))
        .join(" "),
    };
  }
}
