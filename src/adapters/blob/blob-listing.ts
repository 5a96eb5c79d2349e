import type { BlobItem, ContainerClient } from "@azure/storage-blob";

import { callingStorage, callingUnlessGone } from "./blob-errors.ts";
import { folderOf, ROOT } from "./image-path.ts";

export type OpenContainer = () => Promise<ContainerClient>;

/** Who may put a file by a link may make snapshots of it, and storage keeps a blob that has any. */
export const SNAPSHOTS_TOO = { deleteSnapshots: "include" } as const;

/** One part of a listing in order of names. `next` is where the following part begins. */
export const listPart = async (
  open: OpenContainer,
  { from, atMost }: { readonly from: string | undefined; readonly atMost: number },
): Promise<{ readonly items: readonly BlobItem[]; readonly next?: string }> => {
  const page = await callingStorage(open, (container) =>
    container
      .listBlobsFlat({ prefix: ROOT })
      .byPage({ maxPageSize: atMost, ...(from !== undefined && { continuationToken: from }) })
      .next(),
  );
  if (page.done === true) return { items: [] };
  const { segment, continuationToken: next } = page.value;
  return { items: segment.blobItems, ...(next && { next }) };
};

export const listFolder = (open: OpenContainer, prefix: string): Promise<readonly string[]> =>
  callingStorage(open, async (container) => {
    const names: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix })) names.push(name);
    return names;
  });

export const removeFolder = async (open: OpenContainer, prefix: string): Promise<void> => {
  const names = await listFolder(open, prefix);
  await Promise.all(
    names.map((name) =>
      callingUnlessGone(open, (container) => container.getBlobClient(name).delete(SNAPSHOTS_TOO)),
    ),
  );
};

export const removeProduct = (open: OpenContainer, productId: string): Promise<void> =>
  removeFolder(open, folderOf(productId));
