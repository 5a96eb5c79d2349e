import { randomUUID } from "node:crypto";

import {
  MemoryBookmarks,
  MemoryImageRecords,
  MemoryThumbnailStore,
  MemoryUploadStore,
} from "../helpers/memory-images.ts";
import {
  describeBookmarks,
  describeImageRecords,
  describeThumbnailStore,
  describeUploadStore,
} from "./image-stores.contract.ts";

const now = (): Date => new Date();

describeUploadStore("MemoryUploadStore", () => new MemoryUploadStore(now));
describeThumbnailStore("MemoryThumbnailStore", () => new MemoryThumbnailStore(now));
describeBookmarks("MemoryBookmarks", () => new MemoryBookmarks());
describeImageRecords("MemoryImageRecords", () => {
  const records = new MemoryImageRecords();
  return {
    records,
    addProduct: async () => {
      const id = randomUUID();
      records.addProduct(id);
      return id;
    },
    deleteProduct: async (id) => records.deleteProduct(id),
  };
});
