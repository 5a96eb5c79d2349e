import { readFileSync } from "node:fs";

import {
  type FunctionTrigger,
  type GenericFunctionOptions,
  type HttpFunctionOptions,
  output,
  trigger,
} from "@azure/functions";
import * as z from "zod";

import { loadConfig } from "../src/config.ts";
import type { DeclaredFunction } from "../src/functions/declared-function.ts";
import { registerFunctions } from "../src/functions/register.ts";
import { buildApplication } from "../src/wiring.ts";

const sampleSchema = z.object({ Values: z.record(z.string(), z.string()) });

const sampleSettings = (): Readonly<Record<string, string>> =>
  sampleSchema.parse(JSON.parse(readFileSync("local.settings.sample.json", "utf8"))).Values;

type Options = Omit<GenericFunctionOptions, "trigger">;

/**
 * The functions as data, made from their declarations: as the library makes them, without the handlers.
 *
 * @param settings nothing of theirs may be in the result: what a trigger takes from a setting it names,
 *   `%SETTING%`.
 */
export const declaredFunctions = (
  settings: NodeJS.ProcessEnv = sampleSettings(),
): readonly DeclaredFunction[] => {
  const declared: DeclaredFunction[] = [];
  const declare =
    <O extends Options>(makeTrigger: (options: Omit<O, keyof Options>) => FunctionTrigger) =>
    (name: string, options: O): void => {
      const { handler: _, return: answer, extraInputs, extraOutputs, retry, ...own } = options;
      declared.push({
        name,
        trigger: makeTrigger(own),
        ...(answer && { return: answer }),
        ...(extraInputs && { extraInputs }),
        ...(extraOutputs && { extraOutputs }),
        ...(retry && { retry }),
      });
    };
  const http = declare<HttpFunctionOptions>(trigger.http);

  registerFunctions(
    {
      http: (name, options) => http(name, { return: output.http({}), ...options }),
      serviceBusQueue: declare(trigger.serviceBusQueue),
      storageBlob: declare(trigger.storageBlob),
      timer: declare(trigger.timer),
    },
    buildApplication(loadConfig(settings)),
  );
  return declared;
};
