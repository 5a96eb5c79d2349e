import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { OAuth2Issuer, type TokenBuildOptions } from "oauth2-mock-server";
import * as z from "zod";

const FILE = "keys.json";
const ALGORITHM = "RS256";
/** Entra ID publishes a key for a while after it has stopped signing with it. */
const PUBLISHED_KEYS = 3;

const keysSchema = z.array(z.looseObject({ kid: z.string() })).min(1);

const readKeys = async (file: string): Promise<z.infer<typeof keysSchema>> => {
  try {
    return keysSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const missing = z.object({ code: z.literal("ENOENT") }).safeParse(error);
    if (missing.success) return [];
    throw new Error(`${file} holds no signing keys. Delete it, and sign in again.`, {
      cause: error,
    });
  }
};

/** An issuer that signs with the newest of its keys, and keeps them in a folder. */
export class PersistentIssuer extends OAuth2Issuer {
  readonly #file: string;
  #signingKey = "";

  private constructor(dataDir: string) {
    super();
    this.#file = join(dataDir, FILE);
  }

  /** Reads the keys of the folder, or makes a first one. */
  static async open(dataDir: string): Promise<PersistentIssuer> {
    await mkdir(dataDir, { recursive: true });
    const issuer = new PersistentIssuer(dataDir);
    for (const key of await readKeys(issuer.#file)) {
      const added = await issuer.keys.add(key);
      issuer.#signingKey = added.kid;
    }
    if (issuer.#signingKey === "") await issuer.rotate();
    return issuer;
  }

  /** Signs with a new key from now on. Those before it stay published. */
  async rotate(): Promise<void> {
    const key = await this.keys.generate(ALGORITHM, { kid: randomUUID() });
    const temporary = `${this.#file}.new`;
    const keys = this.keys.toJSON(true).slice(-PUBLISHED_KEYS);
    await writeFile(temporary, JSON.stringify(keys), { mode: 0o600 });
    await rename(temporary, this.#file);
    this.#signingKey = key.kid;
  }

  override buildToken(options?: TokenBuildOptions): Promise<string> {
    return super.buildToken({ ...options, kid: this.#signingKey });
  }
}
