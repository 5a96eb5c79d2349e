import type { GenericFunctionOptions } from "@azure/functions";

/** What the host must know of a function before it calls it: data that is known when the bundle is made. */
export interface DeclaredFunction extends Omit<GenericFunctionOptions, "handler"> {
  readonly name: string;
}
