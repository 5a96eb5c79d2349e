/** Bundles `src/` to `dist/main.cjs`, the file that every Functions host loads. */
import { bundle } from "./bundle.ts";

const { bytes } = await bundle();
console.log(`dist/main.cjs ${(bytes / 1024).toFixed(0)} KiB`);
