import type { ReceivedMail } from "./mail-box.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/gu, (character) => ESCAPES[character] ?? character);

const row = ({ id, receivedAt, message }: ReceivedMail): string => {
  const to = message.recipients.to.map(({ address }) => address).join(", ");
  const href = `/mails/${encodeURIComponent(id)}`;
  return `<tr><td>${escaped(receivedAt)}</td><td>${escaped(to)}</td><td><a href="${href}">${escaped(message.content.subject)}</a></td></tr>`;
};

/** All mails, the newest first. */
export const listPage = (mails: readonly ReceivedMail[]): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mail</title><style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}th,td{text-align:left;padding:.25rem 1rem .25rem 0;vertical-align:top}</style></head><body><h1>Mail</h1>${mails.length === 0 ? "<p>No mail has arrived.</p>" : `<table><thead><tr><th>Received</th><th>To</th><th>Subject</th></tr></thead><tbody>${mails.map(row).join("")}</tbody></table>`}</body></html>`;

/** The HTML of a mail as a mail program shows it: with the pictures that it carries. */
export const mailPage = ({ message }: ReceivedMail): string => {
  const { html, plainText = "" } = message.content;
  if (html === undefined) return `<!doctype html><pre>${escaped(plainText)}</pre>`;
  return message.attachments.reduce(
    (page, { contentId, contentType, contentInBase64 }) =>
      contentId === undefined
        ? page
        : page.replaceAll(`cid:${contentId}"`, `data:${contentType};base64,${contentInBase64}"`),
    html,
  );
};
