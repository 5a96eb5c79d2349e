/** `npm start`. Plain JavaScript, so that with a warm cache nothing has its types stripped. */
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./main.ts");
