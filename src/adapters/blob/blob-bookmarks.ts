import type { Bookmarks } from "../../domain/images/mend-images.ts";
import { callingStorage, callingUnlessGone } from "./blob-errors.ts";
import type { OpenContainer } from "./blob-listing.ts";

/** Each bookmark is a small blob; none is the beginning. */
export class BlobBookmarks implements Bookmarks {
  readonly #open: OpenContainer;

  constructor(open: OpenContainer) {
    this.#open = open;
  }

  async get(walk: string): Promise<string | undefined> {
    const found = await callingUnlessGone(this.#blob(walk), (blob) => blob.downloadToBuffer());
    return found?.toString();
  }

  async set(walk: string, bookmark: string | undefined): Promise<void> {
    if (bookmark === undefined) await callingUnlessGone(this.#blob(walk), (blob) => blob.delete());
    else await callingStorage(this.#blob(walk), (blob) => blob.uploadData(Buffer.from(bookmark)));
  }

  #blob(walk: string) {
    return async () => (await this.#open()).getBlockBlobClient(`images/${walk}`);
  }
}
