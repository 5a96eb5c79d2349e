import type { InvocationContext } from "@azure/functions";

/** One JSON object per line: `context.log` would print an object as inspect text. */
export const logLine = (
  context: Pick<InvocationContext, "info">,
  event: string,
  fields: object,
): void => context.info(JSON.stringify({ event, ...fields }));

/** As {@link logLine}, for what an operator should look at. The stack stays in the log. */
export const logFailure = (
  context: Pick<InvocationContext, "error">,
  event: string,
  { error, ...fields }: { readonly error: unknown } & Record<string, unknown>,
): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.error(JSON.stringify({ event, ...fields, error: text }));
};
