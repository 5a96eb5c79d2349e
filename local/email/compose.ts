import type { ReceivedMail } from "./message.ts";

type Addresses = NonNullable<ReceivedMail["message"]["replyTo"]>;

const addressList = (addresses: Addresses = []) =>
  addresses.map(({ address, displayName = "" }) => ({ address, name: displayName }));

/** The mail as it would travel (RFC 5322, RFC 2045): text and HTML, pictures beside the HTML, files after. */
export const compose = async ({ id, receivedAt, message }: ReceivedMail): Promise<Buffer> => {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const { senderAddress, content, recipients, replyTo, attachments } = message;
  const composer = new MailComposer({
    from: senderAddress,
    to: addressList(recipients.to),
    cc: addressList(recipients.cc),
    bcc: addressList(recipients.bcc),
    replyTo: addressList(replyTo),
    subject: content.subject,
    date: receivedAt,
    messageId: `<${encodeURIComponent(id)}@${senderAddress.slice(senderAddress.lastIndexOf("@") + 1)}>`,
    ...(content.plainText !== undefined && { text: content.plainText }),
    ...(content.html !== undefined && { html: content.html }),
    attachments: attachments.map(({ name, contentType, contentInBase64, contentId }) => ({
      filename: name,
      contentType,
      content: Buffer.from(contentInBase64, "base64"),
      ...(contentId !== undefined && { cid: contentId, contentDisposition: "inline" as const }),
    })),
    // The composer reads files and URLs when it is asked to; a client may not ask.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
};
