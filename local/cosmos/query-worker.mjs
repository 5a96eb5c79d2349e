/** Entry of a thread that answers queries. Plain JavaScript, for the reason that its sibling gives. */
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./answer-queries.ts");
