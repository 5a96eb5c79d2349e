/** Mails as files, two each: what was acknowledged is there after a kill. */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { compose } from "./compose.ts";
import { mailSchema, type ReceivedMail } from "./message.ts";

/** Ids come from clients; as a digest none leads out of the folder. */
const digestOf = (id: string): string =>
  createHash("sha256").update(id.toLowerCase()).digest("hex");

const isMissing = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";

/**
 * `DIGEST.eml` is the mail as it would travel, `DIGEST.json` what was sent to the service. A mail counts as
 * received once its JSON has its name; until then the same id may be sent again.
 */
export class MailBox {
  readonly #folder: string;
  readonly #writes = new Map<string, Promise<ReceivedMail>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<MailBox> {
    await mkdir(folder, { recursive: true });
    return new MailBox(folder);
  }

  /**
   * Keeps the first mail of an id. Resolves once it is on the disk.
   *
   * @returns the mail that is kept under the id: not the one given when that came later.
   */
  async put(mail: ReceivedMail): Promise<ReceivedMail> {
    const digest = digestOf(mail.id);
    const running = this.#writes.get(digest);
    if (running) return running;
    const write = this.#put(digest, mail);
    this.#writes.set(digest, write);
    try {
      return await write;
    } finally {
      this.#writes.delete(digest);
    }
  }

  async get(id: string): Promise<ReceivedMail | undefined> {
    try {
      const text = await readFile(join(this.#folder, `${digestOf(id)}.json`), "utf8");
      return mailSchema.parse(JSON.parse(text));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The mail as it would travel. */
  source(id: string): Promise<Buffer> {
    return readFile(join(this.#folder, `${digestOf(id)}.eml`));
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

  async #put(digest: string, mail: ReceivedMail): Promise<ReceivedMail> {
    const kept = await this.get(mail.id);
    if (kept) return kept;
    await this.#write(`${digest}.eml`, await compose(mail));
    await this.#write(`${digest}.json`, JSON.stringify(mail));
    const folder = await open(this.#folder);
    await folder.sync();
    await folder.close();
    return mail;
  }

  async #write(name: string, content: Buffer | string): Promise<void> {
    const path = join(this.#folder, name);
    const file = await open(`${path}.new`, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  }
}
