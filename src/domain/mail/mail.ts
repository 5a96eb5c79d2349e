export interface Attachment {
  /** As the receiver saves it. */
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Of one that the HTML shows as `cid:…`. */
  readonly contentId?: string;
}

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  /** The same, for who reads no HTML. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export interface MailSender {
  /**
   * Resolves once the service has taken the mail for delivery.
   *
   * @param key a UUID that names this mail: sent again under it, it is the same one.
   * @param signal ends the wait; the mail may have been taken all the same.
   * @throws {AppError} `unavailable`, `too-many-requests`; `mail-refused` when it will never be taken.
   */
  send(mail: Mail, key: string, signal?: AbortSignal): Promise<void>;
}
