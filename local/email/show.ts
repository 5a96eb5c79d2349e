/** The pages: what has arrived, and each mail from all sides. */
import type { MailBox } from "./mail-box.ts";
import type { ReceivedMail } from "./message.ts";
import { listPage, mailHtml, mailPage } from "./page.ts";
import { failure, type Reply } from "./reply.ts";

const OURS =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'";
/** What a mail brings along is shown, and nothing of it runs or is fetched. */
const THEIRS =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const page = (html: string, policy: string): Reply => ({
  status: 200,
  html,
  headers: { "content-security-policy": policy },
});

const NOTHING = failure(404, "NotFound", "There is nothing here.");

const attachment = ({ message }: ReceivedMail, index: number): Reply => {
  const found = message.attachments[index];
  if (!found) return NOTHING;
  const name = encodeURIComponent(found.name);
  return {
    status: 200,
    bytes: Buffer.from(found.contentInBase64, "base64"),
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${name}`,
    },
  };
};

const part = async (box: MailBox, mail: ReceivedMail, name: string): Promise<Reply> => {
  if (name === "") return page(mailPage(mail), OURS);
  if (name === "/html") return page(mailHtml(mail), THEIRS);
  if (name === "/source" || name === "/mail.eml") {
    const type = name === "/source" ? "text/plain; charset=utf-8" : "message/rfc822";
    return { status: 200, bytes: await box.source(mail.id), headers: { "content-type": type } };
  }
  const [, index] = /^\/attachments\/(\d+)$/u.exec(name) ?? [];
  return index === undefined ? NOTHING : attachment(mail, Number(index));
};

export const show = async (box: MailBox, path: string): Promise<Reply> => {
  if (path === "/") return page(listPage(await box.list()), OURS);
  if (path === "/api/mails") return { status: 200, json: { value: await box.list() } };
  const [, id, name = ""] = /^\/mails\/([^/]+)(\/.+)?$/u.exec(path) ?? [];
  const mail = id === undefined ? undefined : await box.get(decodeURIComponent(id));
  return mail ? part(box, mail, name) : NOTHING;
};
