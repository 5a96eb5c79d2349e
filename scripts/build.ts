/**
 * Bundles `src/` to `dist/main.cjs`, the file that every Functions host loads, and what it loads itself. To a
 * parent process it says when the application can be started, which is before all is done.
 */
import { recordBuild } from "./built-from.ts";
import { bundle } from "./bundle.ts";

// The bundler runs for two seconds: a quarter of them went into looking for memory to free.
process.env["GOGC"] ??= "off";

// Nobody waits for it once the parent is gone; the channel to it does not keep this process.
process.on("disconnect", () => process.exit(1));
process.channel?.unref();

const built = await recordBuild(() => bundle(() => process.send?.("runnable")));
for (const { file, bytes } of built) console.log(`${file} ${(bytes / 1024).toFixed(0)} KiB`);
