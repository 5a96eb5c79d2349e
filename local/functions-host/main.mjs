/**
 * Runs the app of a folder as Azure's Functions host would. See `docs/local-host.md`. Plain JavaScript, so that
 * with a warm cache nothing has its types stripped.
 */
import { enableCompileCache } from "node:module";

// What was compiled in an earlier start is taken from there: it is most of the time a start takes.
enableCompileCache();

const { run } = await import("./run.ts");
await run(process.argv.slice(2));
