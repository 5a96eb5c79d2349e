/** Bundles `src/` to `dist/main.cjs`, the file that every Functions host loads, and what it loads itself. */
import { bundle } from "./bundle.ts";

for (const { file, bytes } of await bundle())
  console.log(`${file} ${(bytes / 1024).toFixed(0)} KiB`);
