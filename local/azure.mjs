/**
 * `npm run azure`. Plain JavaScript, so that with a warm cache nothing has its types stripped: that takes
 * more than half of a start.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./azure.ts");
