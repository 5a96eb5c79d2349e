import type { Headline } from "../../domain/reports/figures.ts";

/** What people read for a headline. */
export const LABELS: Readonly<Record<Headline, string>> = {
  created: "Products created",
  changed: "Products changed",
  deleted: "Products deleted",
  products: "Products",
  stock: "Pieces on hand",
  outOfStock: "Out of stock",
  lowOnStock: "Low on stock",
  imagesReady: "Images ready",
  imagesFailed: "Images failed",
  jobsDone: "Jobs done",
  jobsFailed: "Jobs failed",
  jobsRetried: "Jobs retried",
  deadLetters: "Dead letters",
};
