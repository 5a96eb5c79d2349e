import type { ContainerClient } from "@azure/storage-blob";

import type { Day } from "../../domain/reports/day.ts";
import type { ReportFiles, ReportForm } from "../../domain/reports/report-forms.ts";
import { callingStorage, callingUnlessGone } from "./blob-errors.ts";
import type { OpenContainer } from "./blob-listing.ts";
import type { BlobSigner } from "./blob-signer.ts";

const MEDIA_TYPES: Readonly<Record<ReportForm, string>> = {
  json: "application/json",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
};

/** `2026/11/24/report.html`. */
const pathOf = (day: Day, form: ReportForm): string => `${day.replaceAll("-", "/")}/report.${form}`;

/** Reports as blobs, a folder a day. */
export class BlobReportFiles implements ReportFiles {
  readonly #open: OpenContainer;
  readonly #signer: BlobSigner;

  constructor(open: () => Promise<ContainerClient>, signer: BlobSigner) {
    this.#open = open;
    this.#signer = signer;
  }

  async write(day: Day, form: ReportForm, text: string): Promise<void> {
    await callingStorage(this.#open, (container) =>
      container.getBlockBlobClient(pathOf(day, form)).uploadData(Buffer.from(text), {
        blobHTTPHeaders: { blobContentType: MEDIA_TYPES[form] },
      }),
    );
  }

  read(day: Day, form: ReportForm): Promise<Uint8Array | undefined> {
    return callingUnlessGone(this.#open, (container) =>
      container.getBlobClient(pathOf(day, form)).downloadToBuffer(),
    );
  }

  link(day: Day, form: ReportForm, until: Date): Promise<string> {
    return this.#signer.sign(pathOf(day, form), { rights: "r", expiresOn: until });
  }
}
