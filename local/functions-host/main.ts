/** Runs the app of a folder as Azure's Functions host would. See `docs/local-host.md`. */
import { enableCompileCache } from "node:module";

// What was compiled in an earlier start is taken from there: it is most of the time a start takes.
enableCompileCache();

const { run } = await import("./run.ts");
await run(process.argv.slice(2));
