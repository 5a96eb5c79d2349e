import type { Logger } from "./logger.ts";
import {
  HOOK_NAMES,
  type FunctionCallback,
  type FunctionMetadata,
  type HookCallback,
  type HookName,
  type LogCategory,
  type LogLevel,
  type ProgrammingModel,
} from "./wire.ts";

/** Version of the worker whose contract this module keeps. */
const WORKER_VERSION = "3.13.0";
export const HOST_VERSION = "4.1052.200";

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** Which invocation a log line belongs to; empty outside an invocation. */
export interface LogOrigin {
  readonly functionName?: string;
  readonly invocationId?: string;
  hookData?: object;
  /** The library's `InvocationContext`, once there is one. */
  context?: unknown;
}

export interface CoreModule {
  readonly version: string;
  readonly hostVersion: string;
  readonly Disposable: typeof Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  getProgrammingModel(): ProgrammingModel | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
  registerHook(name: string, callback: HookCallback): Disposable;
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
}

class Disposable {
  static from(...disposables: readonly { dispose?: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose?.();
    });
  }

  #onDispose: (() => unknown) | undefined;

  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }

  dispose(): void {
    const onDispose = this.#onDispose;
    this.#onDispose = undefined;
    onDispose?.();
  }
}

/** Marks an error as raised by the host itself, as the worker of Azure marks its own. */
const systemError = <E extends Error>(error: E): E =>
  Object.assign(error, { isAzureFunctionsSystemError: true });

/** Adds properties that can be read but throw when the app assigns to them. */
export const withReadOnly = <T extends object>(
  target: T,
  values: Readonly<Record<string, () => unknown>>,
): T => {
  for (const [key, get] of Object.entries(values)) {
    Object.defineProperty(target, key, {
      enumerable: true,
      get,
      set: () => {
        throw systemError(new TypeError(`Cannot assign to read only property '${key}'`));
      },
    });
  }
  return target;
};

/** One loaded application: what it registered, its hooks, its programming model. */
export class AppContext {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly appHookData = {};
  /** Shared by `appStart` and `appTerminate` only. */
  readonly appLevelHookData = {};
  readonly #hooks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  readonly #logger: Logger;
  #locked = false;
  #model: ProgrammingModel | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get model(): ProgrammingModel | undefined {
    return this.#model;
  }

  /** No function can be registered or disposed from now on. */
  lock(): void {
    this.#locked = true;
  }

  /** Runs the hooks in the order of their registration, each to its end. */
  async runHooks(name: HookName, context: object): Promise<void> {
    // One after the other: a hook may rely on what the one before it did.
    // oxlint-disable-next-line no-await-in-loop
    for (const hook of this.#hooks[name]) await hook(context);
  }

  /** Hands a log line to the log hooks, which may change it, and then to the console. */
  log(origin: LogOrigin, category: LogCategory, line: { level: LogLevel; message: string }): void {
    let { level, message } = line;
    if (this.#hooks.log.length > 0) {
      const context = withReadOnly(
        { level, message },
        {
          category: () => category,
          hookData: () => (origin.hookData ??= {}),
          appHookData: () => this.appHookData,
          invocationContext: () => origin.context,
        },
      );
      try {
        for (const hook of this.#hooks.log) hook(context);
        if (category === "user") ({ level, message } = context);
      } catch {
        // A log hook that throws must not break the code that logs.
      }
    }
    this.#logger.app(origin.functionName, category, { level, message });
  }

  /** The module that `require("@azure/functions-core")` gives the app. */
  coreModule(): CoreModule {
    return {
      version: WORKER_VERSION,
      hostVersion: HOST_VERSION,
      Disposable,
      setProgrammingModel: (model) => {
        this.#model = model;
      },
      getProgrammingModel: () => this.#model,
      log: (level, category, message) => this.log({}, category, { level, message }),
      registerHook: (name, callback) => this.#registerHook(name, callback),
      registerFunction: (metadata, callback) => this.#registerFunction(metadata, callback),
    };
  }

  #registerHook(name: string, callback: HookCallback): Disposable {
    const known = HOOK_NAMES.find((candidate) => candidate === name);
    if (known === undefined) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
    const list = this.#hooks[known];
    list.push(callback);
    return new Disposable(() => {
      const at = list.indexOf(callback);
      if (at !== -1) list.splice(at, 1);
    });
  }

  #registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.#locked)
      throw systemError(new Error("A function can only be registered during app startup."));
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id))
      throw systemError(new Error(`A function with id "${id}" has already been registered.`));
    this.functions.set(id, { metadata: { ...metadata, functionId: id }, callback });
    return new Disposable(() => {
      if (this.#locked)
        throw systemError(new Error("A function can only be disposed during app startup."));
      this.functions.delete(id);
    });
  }
}
