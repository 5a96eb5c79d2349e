import type { BindingData } from "./invoke.ts";

/** Input and output bindings by type; `http` is written by the server. */
export const bindingData = (): BindingData => ({
  read: () => Promise.resolve([]),
  write: () => Promise.resolve(),
});
