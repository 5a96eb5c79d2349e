/** Continuation tokens too long for a header: kept here, and a reference sent instead. */

/** Clients in Node take 16 KB of headers in all. */
const MAX_HEADER_LENGTH = 6000;
const MAX_KEPT_LENGTH = 16 * 1024 * 1024;
const REFERENCE = /^ref(\d+)\.(.+)$/;

export class LongTokens {
  readonly #kept = new Map<string, string>();
  #length = 0;
  #count = 0;

  /**
   * The token as it can travel. A long one becomes a reference with `shortToken` in it, which takes over once
   * the reference is no longer known.
   */
  toHeader(token: string, shortToken: string): string {
    if (token.length <= MAX_HEADER_LENGTH) return token;
    this.#count += 1;
    this.#kept.set(String(this.#count), token);
    this.#length += token.length;
    this.#makeRoom();
    return `ref${this.#count}.${shortToken}`;
  }

  fromHeader(header: string | undefined): string | undefined {
    const [, reference = "", shortToken] = REFERENCE.exec(header ?? "") ?? [];
    return shortToken === undefined ? header : (this.#kept.get(reference) ?? shortToken);
  }

  #makeRoom(): void {
    for (const [reference, token] of this.#kept) {
      if (this.#length <= MAX_KEPT_LENGTH) return;
      this.#kept.delete(reference);
      this.#length -= token.length;
    }
  }
}
