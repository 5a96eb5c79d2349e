/** What is special about bundling the SDK of Application Insights. */
import type { Plugin } from "esbuild";

/**
 * Packages that it loads and never uses here: other ways to send, and patches for modules that are
 * not there. They are four fifths of it.
 */
const UNUSED =
  /^(?:@grpc\/grpc-js|@azure\/identity|@opentelemetry\/(?:configuration|exporter-.*|instrumentation-(?:bunyan|console|http|mongodb|mysql|pg|redis|winston)|propagator-(?:b3|jaeger)))$/;

const SILENT_CLASS = "class { shutdown() {} }";

/** Modules that would act on their own. */
const SILENCED: readonly { readonly file: RegExp; readonly contents: string }[] = [
  // Asks a server of the makers, each hour, what to do.
  {
    file: /_configuration[\\/]configurationWorker\.js$/,
    contents: `exports.ConfigurationWorker = ${SILENT_CLASS};`,
  },
  // Wraps every function once more.
  {
    file: /traces[\\/]azureFnHook\.js$/,
    contents: `exports.AzureFunctionsHook = ${SILENT_CLASS};`,
  },
  // Asks the machine's network whether it is a virtual machine; the Functions host never is one.
  {
    file: /AzureVmDetector\.js$/,
    contents: "exports.azureVmDetector = { detect: () => ({ attributes: {} }) };",
  },
];

export const withoutUnused: Plugin = {
  name: "without-unused",
  setup: (bundler) => {
    bundler.onResolve({ filter: UNUSED }, ({ path, kind }) =>
      kind === "dynamic-import" ? undefined : { path, namespace: "unused" },
    );
    // Whatever is asked of it is a class without content.
    bundler.onLoad({ filter: /.*/, namespace: "unused" }, () => ({
      contents: `class Unused {}; module.exports = new Proxy({}, { get: () => Unused });`,
    }));
    for (const { file, contents } of SILENCED)
      bundler.onLoad({ filter: file }, () => ({ contents }));
  },
};

/**
 * Each bundle has a copy of `@azure/core-tracing`, and each copy its own state. It is put where all of
 * them find it, so that one instrumenter sees every SDK.
 */
export const sharedTracing: Plugin = {
  name: "shared-tracing",
  setup: (bundler) => {
    bundler.onLoad(
      { filter: /core-tracing[\\/]dist[\\/]commonjs[\\/]state(?:-cjs)?\.c?js$/ },
      () => ({
        contents: `exports.state = globalThis[Symbol.for("stockroom.azure-tracing")] ??= {};`,
      }),
    );
  },
};
