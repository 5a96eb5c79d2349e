/** Puts every invocation under observation, whatever triggers it. */
import type { FunctionHandler, InvocationContext } from "@azure/functions";

import { errorCode } from "../telemetry/error-fields.ts";
import { logError } from "../telemetry/log.ts";
import { type Scope, inScope, traceIdOf } from "../telemetry/scope.ts";
import type { LogLevel, Telemetry } from "../telemetry/telemetry.ts";

interface Watch {
  readonly telemetry: Telemetry;
  readonly leastLevel: LogLevel;
}

/** OpenTelemetry's word for what a trigger is. */
const triggerOf = ({ options }: InvocationContext): string => {
  switch (options.trigger.type) {
    case "httpTrigger":
      return "http";
    case "timerTrigger":
      return "timer";
    case "serviceBusTrigger":
      return "pubsub";
    case "blobTrigger":
    case "cosmosDBTrigger":
      return "datasource";
    default:
      return "other";
  }
};

const scopeOf = (context: InvocationContext, watch: Watch): Scope => {
  const traceparent = context.traceContext?.traceParent;
  const traceId = traceIdOf(traceparent);
  return {
    ...watch,
    traceparent,
    fields: {
      function: context.functionName,
      invocationId: context.invocationId,
      ...(traceId !== undefined && { traceId }),
    },
    write: (level, text) => context[level](text),
  };
};

/**
 * The host prints the message of what a function throws, and so does Azure's. The messages of SDKs quote
 * what they were given, so the host gets the code alone; the log line before has the stack.
 */
class FunctionFailedError extends Error {
  constructor(functionName: string, cause: unknown) {
    super(`${functionName} failed: ${errorCode(cause)}`);
    this.name = "FunctionFailedError";
  }
}

/** Gives every call of a function a scope and a span of its own. */
export const observed =
  (handler: FunctionHandler, watch: Watch): FunctionHandler =>
  (input: unknown, context) =>
    inScope(scopeOf(context, watch), () =>
      watch.telemetry.span(
        {
          name: context.functionName,
          parent: context.traceContext?.traceParent,
          attributes: {
            "faas.name": context.functionName,
            "faas.invocation_id": context.invocationId,
            "faas.trigger": triggerOf(context),
          },
        },
        async () => {
          try {
            const result: unknown = await handler(input, context);
            return result;
          } catch (error) {
            logError("invocation failed", { error });
            throw new FunctionFailedError(context.functionName, error);
          }
        },
      ),
    );
