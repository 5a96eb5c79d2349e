/** Mails as files, one each: what was acknowledged is there after a kill. */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

/** What the mail service takes, as far as it is looked at. */
export const messageSchema = z.looseObject({
  senderAddress: z.string().min(3),
  content: z.looseObject({
    subject: z.string(),
    html: z.string().optional(),
    plainText: z.string().optional(),
  }),
  recipients: z.looseObject({
    to: z.array(z.looseObject({ address: z.email() })).min(1),
  }),
  attachments: z
    .array(
      z.looseObject({
        name: z.string(),
        contentType: z.string(),
        contentInBase64: z.base64(),
        contentId: z.string().optional(),
      }),
    )
    .default([]),
});

const mailSchema = z.object({ id: z.string(), receivedAt: z.string(), message: messageSchema });
export type ReceivedMail = z.infer<typeof mailSchema>;

/** Ids come from clients; as a digest none leads out of the folder. */
const fileOf = (id: string): string =>
  `${createHash("sha256").update(id.toLowerCase()).digest("hex")}.json`;

export class MailBox {
  readonly #folder: string;
  #writes: Promise<unknown> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<MailBox> {
    await mkdir(folder, { recursive: true });
    return new MailBox(folder);
  }

  /** Keeps the first mail of an id; the same id again is the same mail. */
  async put(mail: ReceivedMail): Promise<void> {
    const write = this.#writes.then(() => this.#put(mail));
    this.#writes = write.catch(() => undefined);
    await write;
  }

  async get(id: string): Promise<ReceivedMail | undefined> {
    try {
      return mailSchema.parse(JSON.parse(await readFile(join(this.#folder, fileOf(id)), "utf8")));
    } catch {
      return undefined;
    }
  }

  /** The newest first. */
  async list(): Promise<readonly ReceivedMail[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(".json"));
    const mails = await Promise.all(
      names.map(async (name) =>
        mailSchema.parse(JSON.parse(await readFile(join(this.#folder, name), "utf8"))),
      ),
    );
    return mails.toSorted((one, other) => (one.receivedAt < other.receivedAt ? 1 : -1));
  }

  async #put(mail: ReceivedMail): Promise<void> {
    if (await this.get(mail.id)) return;
    const path = join(this.#folder, fileOf(mail.id));
    const file = await open(`${path}.new`, "w");
    await file.writeFile(JSON.stringify(mail));
    await file.sync();
    await file.close();
    await rename(`${path}.new`, path);
  }
}
