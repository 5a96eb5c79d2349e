import { randomUUID } from "node:crypto";

import {
  withReadOnly,
  type AppContext,
  type LogOrigin,
  type RegisteredFunction,
} from "./core-module.ts";
import type { Logger } from "./logger.ts";
import type { RequestTelemetry } from "./request-telemetry.ts";
import type {
  Binding,
  CoreInvocationContext,
  InputDatum,
  InvocationResponse,
  RetryContext,
  TriggerMetadata,
} from "./wire.ts";

/** A function that passed validation, with its one trigger. */
export interface AppFunction extends RegisteredFunction {
  readonly name: string;
  readonly trigger: Binding & { readonly name: string };
  /** Its listener is off and its route answers 404. */
  readonly disabled: boolean;
}

export interface Invocation {
  readonly fn: AppFunction;
  readonly data: InputDatum;
  readonly metadata?: TriggerMetadata;
  /** Why it runs, as the log line names it. */
  readonly reason: string;
  /** One line about the trigger for the log. */
  readonly details?: string;
  readonly traceParent?: string | undefined;
  /** Of a request over HTTP: the route, without the values in it. */
  readonly url?: string;
  readonly retryContext?: RetryContext;
  /** Called once the library has taken over what `data` holds. */
  readonly onTaken?: () => void;
}

/** Writes what the output bindings of an invocation hold. */
export interface BindingData {
  write(fn: AppFunction, response: InvocationResponse, invocation: Invocation): Promise<void>;
}

const hex = (): string => randomUUID().replaceAll("-", "");

/** A span of its own in the caller's trace, or in a new one, and recorded unless the caller's is not. */
const childOf = (traceParent: string | undefined): string => {
  const [, traceId = hex(), flags = "01"] =
    /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(traceParent ?? "") ?? [];
  return `00-${traceId}-${hex().slice(0, 16)}-${flags}`;
};

/** What a handler threw, as an error. */
export const toError = (thrown: unknown): Error => {
  if (thrown instanceof Error) return thrown;
  if (typeof thrown === "object" && thrown !== null) return new Error(JSON.stringify(thrown));
  return new Error(String(thrown));
};

const statusOf = (response: InvocationResponse | undefined): number | undefined => {
  const answer = response?.returnValue?.http;
  return answer === undefined ? undefined : Number(answer.statusCode);
};

/** Runs functions through the programming model that the app brought. */
export class Invoker {
  readonly #app: AppContext;
  readonly #logger: Logger;
  readonly #bindings: BindingData;
  readonly #timeoutMs: number;
  readonly #onTimeout: () => void;
  readonly #telemetry: RequestTelemetry | undefined;
  #running = 0;
  #idle: (() => void)[] = [];

  /**
   * @param options.timeoutMs limit of one invocation; Infinity for none.
   * @param options.onTimeout called after an invocation failed by its limit: its code still runs.
   */
  constructor(options: {
    readonly app: AppContext;
    readonly logger: Logger;
    readonly bindings: BindingData;
    readonly timeoutMs: number;
    readonly onTimeout: () => void;
    readonly telemetry: RequestTelemetry | undefined;
  }) {
    this.#app = options.app;
    this.#logger = options.logger;
    this.#bindings = options.bindings;
    this.#timeoutMs = options.timeoutMs;
    this.#onTimeout = options.onTimeout;
    this.#telemetry = options.telemetry;
  }

  get running(): number {
    return this.#running;
  }

  /** Resolves as soon as nothing runs. */
  async whenIdle(): Promise<void> {
    if (this.#running === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle.push(resolve);
    await promise;
  }

  /**
   * Runs the function once, its outputs included.
   *
   * @throws {Error} what made it fail; it has been logged.
   */
  async invoke(given: Invocation): Promise<InvocationResponse> {
    const { fn, reason, details } = given;
    const invocation = { ...given, traceParent: childOf(given.traceParent) };
    const invocationId = randomUUID();
    const startedMs = performance.now();
    const startedAt = new Date();
    const tell = (response: InvocationResponse | undefined): void =>
      this.#telemetry?.ended({
        functionName: fn.name,
        invocationId,
        traceParent: invocation.traceParent,
        caller: given.traceParent,
        startedAt,
        durationMs: performance.now() - startedMs,
        failed: response === undefined,
        status: statusOf(response),
        url: given.url,
      });
    const end = (outcome: string): string =>
      `Executed 'Functions.${fn.name}' (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - startedMs)}ms)`;
    this.#say(fn, `Executing 'Functions.${fn.name}' (Reason='${reason}', Id=${invocationId})`);
    if (details !== undefined) this.#say(fn, `Trigger Details: ${details}`);
    this.#running += 1;
    try {
      const response = await this.#limited(invocation, invocationId);
      this.#say(fn, end("Succeeded"));
      tell(response);
      return response;
    } catch (thrown) {
      const error = toError(thrown);
      tell(undefined);
      this.#logger.invocation(fn.name, {
        level: "error",
        message: `${end("Failed")}\nResult: Failure\nException: ${error.message}\nStack: ${error.stack ?? ""}`,
      });
      throw error;
    } finally {
      this.#running -= 1;
      if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  #say(fn: AppFunction, message: string): void {
    this.#logger.invocation(fn.name, { level: "information", message });
  }

  async #limited(invocation: Invocation, invocationId: string): Promise<InvocationResponse> {
    const work = this.#run(invocation, invocationId);
    if (this.#timeoutMs === Infinity) return work;
    const { promise: limit, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(
        new Error(
          `Timeout value of ${this.#timeoutMs / 1000} s exceeded by function 'Functions.${invocation.fn.name}' (Id: '${invocationId}'). Initiating cancellation.`,
        ),
      );
      this.#onTimeout();
    }, this.#timeoutMs);
    try {
      return await Promise.race([work, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(invocation: Invocation, invocationId: string): Promise<InvocationResponse> {
    const { fn } = invocation;
    const origin: LogOrigin = { functionName: fn.name, invocationId };
    const coreContext = this.#coreContext(invocation, invocationId, origin);
    if (this.#app.model === undefined) throw new Error("The app set no programming model");
    const model = await this.#app.model.getInvocationModel(coreContext);
    const { context, inputs } = await model.getArguments();
    invocation.onTaken?.();
    const hookData = {};
    origin.hookData = hookData;
    origin.context = context;
    const shared = {
      hookData: () => hookData,
      appHookData: () => this.#app.appHookData,
      invocationContext: () => context,
    };
    const inState = async <T>(
      state: NonNullable<CoreInvocationContext["state"]>,
      work: () => Promise<T>,
    ): Promise<T> => {
      coreContext.state = state;
      try {
        return await work();
      } finally {
        coreContext.state = undefined;
      }
    };

    const pre = withReadOnly({ functionCallback: fn.callback, inputs }, shared);
    await inState("preInvocationHooks", () => this.#app.runHooks("preInvocation", pre));
    const outcome: { inputs: unknown[]; result: unknown; error: unknown } = {
      inputs: pre.inputs,
      result: null,
      error: null,
    };
    const post = withReadOnly(outcome, shared);
    try {
      post.result = await inState("invocation", () =>
        model.invokeFunction(context, pre.inputs, pre.functionCallback),
      );
    } catch (error) {
      post.error = error;
    }
    await inState("postInvocationHooks", () => this.#app.runHooks("postInvocation", post));
    if (post.error !== null && post.error !== undefined) throw toError(post.error);
    const response = await model.getResponse(context, post.result);
    await this.#bindings.write(fn, response, invocation);
    return response;
  }

  #coreContext(
    invocation: Invocation,
    invocationId: string,
    origin: LogOrigin,
  ): CoreInvocationContext {
    const { fn } = invocation;
    return {
      invocationId,
      metadata: fn.metadata,
      request: {
        invocationId,
        functionId: fn.metadata.functionId ?? fn.name,
        inputData: [{ name: fn.trigger.name, data: invocation.data }],
        triggerMetadata: invocation.metadata ?? {},
        traceContext: {
          traceParent: invocation.traceParent ?? childOf(undefined),
          traceState: "",
          attributes: {},
        },
        retryContext: invocation.retryContext ?? null,
      },
      state: undefined,
      log: (level, category, message) => this.#app.log(origin, category, { level, message }),
    };
  }
}
