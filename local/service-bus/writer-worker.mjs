/** Entry of the thread that writes. Plain JavaScript, so that with a warm cache nothing has its types stripped. */
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./store/write-changes.ts");
