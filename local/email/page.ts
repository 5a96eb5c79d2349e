import { type Markup, markup } from "../../src/domain/mail/markup.ts";
import type { ReceivedMail } from "./message.ts";

const STYLE = markup`<style>
:root{color-scheme:light dark;--line:light-dark(#d0d7de,#3d444d);--quiet:light-dark(#59636e,#9198a1);--link:light-dark(#0550ae,#79b8ff)}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.375rem;line-height:1.3;margin:.5rem 0 1rem}h2{font-size:1rem;margin:1.5rem 0 .5rem}
a{color:var(--link)}ol,ul{list-style:none;padding:0;margin:0}li{padding:.75rem 0;border-top:1px solid var(--line)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}dt,.quiet{color:var(--quiet)}dd{margin:0}
iframe{width:100%;height:75vh;border:1px solid var(--line);background:#fff;box-sizing:border-box}
pre{white-space:pre-wrap;border:1px solid var(--line);padding:1rem;margin:0;font-size:.875rem}
</style>`;

const document = (title: string, body: Markup): string =>
  markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>${STYLE}</head>
<body>
${body}
</body>
</html>
`.text;

const addressText = (addresses: ReceivedMail["message"]["replyTo"]): string =>
  (addresses ?? [])
    .map(({ address, displayName }) =>
      displayName === undefined ? address : `${displayName} <${address}>`,
    )
    .join(", ");

const receivers = ({ to = [], cc = [], bcc = [] }: ReceivedMail["message"]["recipients"]) =>
  addressText([...to, ...cc, ...bcc]);

const pathOf = ({ id }: ReceivedMail): string => `/mails/${encodeURIComponent(id)}`;

const row = (mail: ReceivedMail): Markup =>
  markup`<li><a href="${pathOf(mail)}">${mail.message.content.subject || "(no subject)"}</a><br><span class="quiet">to ${receivers(mail.message.recipients)}, <time datetime="${mail.receivedAt}">${mail.receivedAt.slice(0, 19).replace("T", " ")} UTC</time></span></li>`;

/** All mails, the newest first. */
export const listPage = (mails: readonly ReceivedMail[]): string =>
  document(
    "Mail",
    mails.length === 0
      ? markup`<h1>Mail</h1><p>No mail has arrived. What Stockroom sends ends here; nothing leaves this machine.</p>`
      : markup`<h1>Mail</h1><p class="quiet">${mails.length} arrived. Nothing leaves this machine.</p><ol>${mails.map(row)}</ol>`,
  );

const kibibytes = (base64: string): string => `${((base64.length * 3) / 4 / 1024).toFixed(1)} KiB`;

const field = (name: string, value: string): Markup =>
  value === "" ? markup`` : markup`<dt>${name}</dt><dd>${value}</dd>`;

/** One mail: whom it is from and to, how it looks, what it says in plain text, and its files. */
export const mailPage = (mail: ReceivedMail): string => {
  const { senderAddress, content, recipients, replyTo, attachments } = mail.message;
  const path = pathOf(mail);
  const files = attachments.map(
    ({ name, contentType, contentInBase64, contentId }, index) =>
      markup`<li><a href="${path}/attachments/${index}">${name}</a> <span class="quiet">${contentType}, ${kibibytes(contentInBase64)}${contentId === undefined ? "" : ", shown in the mail"}</span></li>`,
  );
  return document(
    content.subject || "(no subject)",
    markup`<p><a href="/">All mail</a></p>
<h1>${content.subject || "(no subject)"}</h1>
<dl>${field("From", senderAddress)}${field("To", addressText(recipients.to))}${field("Cc", addressText(recipients.cc))}${field("Bcc", addressText(recipients.bcc))}${field("Reply to", addressText(replyTo))}${field("Received", mail.receivedAt)}${field("Operation", mail.id)}</dl>
<p><a href="${path}/source">Source</a> · <a href="${path}/mail.eml">Download .eml</a></p>
${content.html === undefined ? markup`` : markup`<h2>HTML</h2><iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="The mail as a mail program shows it" src="${path}/html"></iframe>`}
${content.plainText === undefined ? markup`` : markup`<h2>Text</h2><pre>${content.plainText}</pre>`}
${files.length === 0 ? markup`` : markup`<h2>Files</h2><ul>${files}</ul>`}`,
  );
};

/** Links open beside the page: the frame itself goes nowhere. */
const BASE = '<base target="_blank">';

/** The HTML of a mail as a mail program shows it: with the pictures that it carries. */
export const mailHtml = ({ message }: ReceivedMail): string => {
  const html = message.content.html ?? "";
  const begin = /<head\b[^>]*>/iu.exec(html);
  const at = begin ? begin.index + begin[0].length : 0;
  return message.attachments.reduce(
    (page, { contentId, contentType, contentInBase64 }) =>
      contentId === undefined
        ? page
        : page.replaceAll(`cid:${contentId}"`, `data:${contentType};base64,${contentInBase64}"`),
    `${html.slice(0, at)}${BASE}${html.slice(at)}`,
  );
};
