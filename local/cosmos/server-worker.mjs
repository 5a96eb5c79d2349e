/**
 * Entry of the thread that serves. Plain JavaScript, so that with a warm cache nothing has its types
 * stripped: that takes half of a start, and 15 MB for as long as the thread lives.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./serve.ts");
