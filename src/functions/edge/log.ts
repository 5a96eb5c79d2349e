import type { InvocationContext } from "@azure/functions";

import { errorFields } from "../../telemetry/error-fields.ts";
import { logEvent } from "../../telemetry/log.ts";

/** One JSON object per line: `context.log` would print an object as inspect text. */
export const logLine = (
  context: Pick<InvocationContext, "info">,
  event: string,
  fields: object,
): void => logEvent({ level: "info", event, fields, fallback: (text) => context.info(text) });

/** As {@link logLine}, for what an operator should look at. The stack stays in the log. */
export const logFailure = (
  context: Pick<InvocationContext, "error">,
  event: string,
  { error, ...fields }: { readonly error: unknown } & Record<string, unknown>,
): void =>
  logEvent({
    level: "error",
    event,
    fields: { ...fields, ...errorFields(error) },
    fallback: (text) => context.error(text),
  });
