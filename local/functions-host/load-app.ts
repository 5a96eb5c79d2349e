import { createRequire, registerHooks } from "node:module";
import path from "node:path";

import { withReadOnly, type AppContext, type CoreModule } from "./core-module.ts";

const CORE = "@azure/functions-core";
const CORE_URL = "functions-host:core";
const CORE_KEY = Symbol.for("stockroom.functions-core");

/**
 * Answers `require("@azure/functions-core")` with this module. It must be in place before the app
 * loads: the library asks once and keeps what it got.
 */
const supplyCoreModule = (core: CoreModule): void => {
  // The loader runs source text in a realm of its own scope: only the global object is common.
  Object.defineProperty(globalThis, CORE_KEY, { value: core, configurable: true });
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === CORE
        ? { url: CORE_URL, format: "commonjs", shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === CORE_URL
        ? {
            format: "commonjs",
            source: `module.exports = globalThis[Symbol.for("${CORE_KEY.description}")];`,
            shortCircuit: true,
          }
        : next(url, context),
  });
};

/**
 * Loads the entry point of the app and brings it to where no function can be added any more.
 *
 * @throws {Error} when the entry point or an `appStart` hook throws, when it registers nothing, or
 *   when it needs what this host does not have (HTTP streaming).
 */
export const loadApp = async (
  context: AppContext,
  app: { readonly directory: string; readonly entryPoint: string },
): Promise<void> => {
  supplyCoreModule(context.coreModule());
  const file = path.resolve(app.directory, app.entryPoint);
  try {
    createRequire(file)(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Worker was unable to load entry point "${app.entryPoint}": ${reason}`, {
      cause: error,
    });
  }
  await context.runHooks(
    "appStart",
    withReadOnly(
      { functionAppDirectory: app.directory },
      { hookData: () => context.appLevelHookData, appHookData: () => context.appHookData },
    ),
  );
  const capabilities = (await context.model?.getCapabilities?.({})) ?? {};
  context.lock();
  if (capabilities["HttpUri"] !== undefined)
    throw new Error("app.setup({ enableHttpStream: true }) is not supported by the local host");
};

/** Runs the `appTerminate` hooks, which have `limitMs` at most. */
export const terminateApp = async (context: AppContext, limitMs: number): Promise<void> => {
  const hooks = context.runHooks(
    "appTerminate",
    withReadOnly(
      {},
      { hookData: () => context.appLevelHookData, appHookData: () => context.appHookData },
    ),
  );
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  try {
    await Promise.race([hooks, limit]);
  } finally {
    clearTimeout(timer);
  }
};
