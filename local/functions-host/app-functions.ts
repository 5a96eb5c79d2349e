import type { RegisteredFunction } from "./core-module.ts";
import type { AppFunction } from "./invoke.ts";
import type { Binding } from "./wire.ts";

interface Settings {
  readonly environment: NodeJS.ProcessEnv;
  readonly only: readonly string[];
}

const SETTING = /%([^%]+)%/g;

/** Options whose `%NAME%` stay as they are: they are resolved for each invocation, or not at all. */
const resolveSettings = (binding: Binding, environment: NodeJS.ProcessEnv): Binding => {
  const resolved: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(binding)) {
    resolved[option] =
      typeof value === "string" && option !== "connection" && option !== "name"
        ? value.replace(SETTING, (_, name: string) => {
            const setting = environment[name];
            if (setting === undefined) throw new Error(`'%${name}%' does not resolve to a value.`);
            return setting;
          })
        : value;
  }
  return { ...binding, ...resolved };
};

const isDisabled = (name: string, environment: NodeJS.ProcessEnv): boolean => {
  const value =
    environment[`AzureWebJobs.${name}.Disabled`] ?? environment[`AzureWebJobs_${name}_Disabled`];
  return value !== undefined && /^(?:1|true)$/i.test(value);
};

const toAppFunction = (
  registered: RegisteredFunction,
  environment: NodeJS.ProcessEnv,
): AppFunction => {
  const { metadata, callback } = registered;
  const { name } = metadata;
  const bindings: Record<string, Binding> = {};
  for (const [key, binding] of Object.entries(metadata.bindings)) {
    if (binding.properties?.supportsDeferredBinding === "true")
      throw new Error(`Function '${name}' uses sdkBinding, which the local host does not support.`);
    try {
      bindings[key] = resolveSettings(binding, environment);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Function '${name}', binding '${binding.type}': ${reason}`, { cause: error });
    }
  }
  const triggers = Object.entries(bindings).filter(([, { type }]) => /trigger$/i.test(type));
  const [key, binding] = triggers[0] ?? [];
  if (triggers.length !== 1 || key === undefined || binding === undefined)
    throw new Error(`Function '${name}' has ${triggers.length} triggers, it must have one.`);
  return {
    name,
    metadata: { ...metadata, bindings },
    callback,
    trigger: { ...binding, name: key },
    disabled: isDisabled(name, environment),
  };
};

/**
 * Checks what the app registered and resolves `%NAME%` in its binding options.
 *
 * @returns the functions by name without case, which is the order of their routes, without those
 *   that `only` leaves out.
 * @throws {Error} for a function that could not run.
 */
export const appFunctions = (
  registered: Iterable<RegisteredFunction>,
  { environment, only }: Settings,
): readonly AppFunction[] => {
  const wanted = new Set(only.map((name) => name.toLowerCase()));
  return [...registered]
    .filter(({ metadata: { name } }) => wanted.size === 0 || wanted.has(name.toLowerCase()))
    .map((one) => toAppFunction(one, environment))
    .toSorted((a, b) => {
      const [left, right] = [a.name.toLowerCase(), b.name.toLowerCase()];
      if (left === right) return 0;
      return left < right ? -1 : 1;
    });
};
