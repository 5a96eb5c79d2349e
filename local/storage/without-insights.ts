import { registerHooks } from "node:module";

const PACKAGE = "applicationinsights";
const URL_OF_NOTHING = "stockroom:nothing";

/**
 * Loads something of Azurite without the SDK of Application Insights. Azurite would report its own use with
 * it, which it is never told to do here, and loading it takes longer than all the rest of Azurite.
 */
export const withoutInsights = async <T>(load: () => Promise<T>): Promise<T> => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === PACKAGE && context.parentURL?.includes("/azurite/") === true
        ? { url: URL_OF_NOTHING, format: "commonjs", shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === URL_OF_NOTHING
        ? { format: "commonjs", source: "", shortCircuit: true }
        : next(url, context),
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
};
