import { adminHandler, type AdministeredHost, type HostState } from "./admin.ts";
import { appFunctions } from "./app-functions.ts";
import type { BlobCreated } from "./blob-events.ts";
import type { HostOptions } from "./config.ts";
import { AppContext } from "./core-module.ts";
import { CosmosClients } from "./cosmos-clients.ts";
import { HttpServer } from "./http-server.ts";
import { Invoker, toError, type AppFunction } from "./invoke.ts";
import type { Listener, TriggerHost, TriggerKind } from "./listener.ts";
import { loadApp, terminateApp } from "./load-app.ts";
import type { Logger } from "./logger.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { bindingData, checkBindings } from "./outputs.ts";
import { type RequestTelemetry, requestTelemetry } from "./request-telemetry.ts";
import { RequestGate } from "./request-gate.ts";
import { routeTable, type RouteTable } from "./routes.ts";
import { Semaphore } from "./semaphore.ts";
import { ServiceBusClients } from "./service-bus-clients.ts";
import { triggerKind } from "./triggers.ts";

const TERMINATE_LIMIT_MS = 5_000;
const BLOB_PARALLELISM = 8;
const FUNCTION_TIMEOUT_MS = 30 * 60_000;

interface Running {
  readonly fn: AppFunction;
  readonly kind: TriggerKind;
  listener: Listener | undefined;
}

const isHttp = (fn: AppFunction): boolean => fn.trigger.type.toLowerCase() === "httptrigger";

/** One app, running: its HTTP server, its listeners, its administration. */
export class FunctionsHost implements AdministeredHost {
  readonly functions: readonly AppFunction[];
  readonly routes: RouteTable;
  readonly #options: HostOptions;
  readonly #logger: Logger;
  readonly #app: AppContext;
  readonly #invoker: Invoker;
  readonly #telemetry: RequestTelemetry | undefined;
  readonly #server: HttpServer;
  readonly #triggers: Running[] = [];
  readonly #triggerHost: TriggerHost;
  #state: HostState = "Initializing";
  #draining: Promise<void> | undefined;
  #drained = false;
  #warm: Promise<void> | undefined;

  /**
   * Loads the app; nothing listens yet.
   *
   * @param onTimeout called when a call exceeded `functionTimeout`.
   * @throws {Error} when the app cannot be loaded, or one of its functions cannot run here.
   */
  static async load(
    options: HostOptions,
    logger: Logger,
    onTimeout: () => void,
  ): Promise<FunctionsHost> {
    const app = new AppContext(logger);
    await loadApp(app, { directory: options.appDirectory, entryPoint: options.entryPoint });
    return new FunctionsHost({ app, options, logger, onTimeout });
  }

  private constructor({
    app,
    options,
    logger,
    onTimeout,
  }: {
    readonly app: AppContext;
    readonly options: HostOptions;
    readonly logger: Logger;
    readonly onTimeout: () => void;
  }) {
    const { hostJson } = options;
    this.#options = options;
    this.#logger = logger;
    this.#app = app;
    this.functions = appFunctions(app.functions.values(), {
      environment: process.env,
      only: options.onlyFunctions,
    });
    this.functions.forEach(checkBindings);
    const serviceBus = new ServiceBusClients(process.env);
    const cosmos = new CosmosClients(process.env);
    this.#telemetry = requestTelemetry(process.env, hostJson.text("telemetryMode", ""));
    this.#invoker = new Invoker({
      app,
      logger,
      bindings: bindingData({
        environment: process.env,
        serviceBus,
        cosmos,
        queueEncoding: hostJson.text("extensions.queues.messageEncoding", "base64"),
      }),
      timeoutMs: hostJson.durationMs("functionTimeout", FUNCTION_TIMEOUT_MS),
      onTimeout,
      telemetry: this.#telemetry,
    });
    this.#triggerHost = {
      options,
      invoker: this.#invoker,
      logger,
      environment: process.env,
      shared: {
        blobRuns: new Semaphore(
          hostJson.number("extensions.blobs.maxDegreeOfParallelism", BLOB_PARALLELISM),
        ),
        blobMemory: new MemoryBudget(options.bodyBudgetBytes),
        serviceBus,
        cosmos,
      },
    };
    this.routes = routeTable(
      this.functions.filter((fn) => !fn.disabled),
      hostJson.text("extensions.http.routePrefix", "api"),
    );
    this.#server = new HttpServer({
      routes: this.routes,
      gate: new RequestGate({
        concurrent: hostJson.limit("extensions.http.maxConcurrentRequests", Infinity),
        outstanding: hostJson.limit("extensions.http.maxOutstandingRequests", Infinity),
        bodyBytes: options.bodyBudgetBytes,
      }),
      invoker: this.#invoker,
      logger,
      admin: adminHandler(
        this,
        new Map(this.routes.routes.map((route) => [route.fn.name, route.path])),
      ),
      functionKey: options.functionKey,
      maxBodyBytes: options.maxBodyBytes,
      acceptChunked: options.acceptChunked,
    });
  }

  get state(): HostState {
    return this.#state;
  }

  /**
   * Opens the port and starts the listeners.
   *
   * @returns the port.
   * @throws {Error} for a trigger of a kind that this host does not have, or a port in use.
   */
  async start(): Promise<number> {
    await this.#prepareTriggers();
    await warmFetch();
    const port = await this.#server.listen(this.#options.port);
    await this.#startListeners();
    this.#state = "Running";
    for (const message of this.routes.warnings)
      this.#logger.host("Host.Http", { level: "warning", message });
    if (this.#options.warmup) await this.warmUp();
    return port;
  }

  /**
   * Takes nothing new, lets what runs end, then runs the `appTerminate` hooks.
   *
   * @returns false when the grace time passed before everything had ended.
   */
  async stop(): Promise<boolean> {
    this.#state = "Stopping";
    const { promise: grace, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), this.#options.graceMs);
    const quiet = (async () => {
      await Promise.all([this.#server.close(), this.#stopListeners()]);
      await this.#invoker.whenIdle();
      return true;
    })();
    const ended = await Promise.race([quiet, grace]);
    clearTimeout(timer);
    await Promise.all([terminateApp(this.#app, TERMINATE_LIMIT_MS), this.#telemetry?.stop()]);
    const { serviceBus, cosmos } = this.#triggerHost.shared;
    if (ended) await Promise.all([serviceBus.close(), cosmos.close()]);
    this.#server.closeAllConnections();
    this.#state = "Stopped";
    return ended;
  }

  /** Answers 500 to whoever waits: the process is about to end. */
  async failOpenRequests(): Promise<void> {
    await this.#server.failOpenRequests();
  }

  errorsOf(name: string): readonly string[] {
    return this.routes.warnings.filter((warning) => warning.startsWith(`The '${name}' function`));
  }

  unhealthyListeners(): readonly string[] {
    if (this.#draining !== undefined) return [];
    return this.#triggers
      .filter(({ fn, listener }) => !fn.disabled && listener?.healthy() !== true)
      .map(({ fn }) => fn.name);
  }

  runNow(fn: AppFunction, input: string): void {
    const trigger = this.#triggers.find((candidate) => candidate.fn === fn);
    if (trigger !== undefined) void this.#runNow(trigger, input);
  }

  deliver(functionName: string, created: readonly BlobCreated[]): boolean {
    const found = this.#triggers.find(
      ({ fn }) => fn.name.toLowerCase() === functionName.toLowerCase(),
    );
    if (found?.listener?.receive === undefined) return false;
    found.listener.receive(created);
    return true;
  }

  async warmUp(): Promise<void> {
    this.#warm ??= (async () => {
      for (const trigger of this.#triggers)
        if (trigger.fn.trigger.type.toLowerCase() === "warmuptrigger")
          // There is one at most.
          // oxlint-disable-next-line no-await-in-loop
          await this.#runNow(trigger, "");
    })();
    await this.#warm;
  }

  drain(): void {
    this.#draining ??= (async () => {
      await this.#stopListeners();
      this.#drained = true;
    })();
  }

  drainStatus(): { state: string; outstandingInvocations: number } {
    const state = this.#draining === undefined ? "Disabled" : "InProgress";
    const outstandingInvocations = this.#invoker.running;
    const completed = this.#drained && outstandingInvocations === 0;
    return { state: completed ? "Completed" : state, outstandingInvocations };
  }

  resume(): void {
    const draining = this.#draining;
    if (draining === undefined) return;
    this.#draining = undefined;
    void (async () => {
      await draining;
      this.#drained = false;
      await this.#startListeners();
    })();
  }

  async #prepareTriggers(): Promise<void> {
    const others = this.functions.filter((fn) => !isHttp(fn));
    await Promise.all(
      others.map(async (fn) => {
        const kind = await triggerKind(fn.trigger.type);
        if (kind === undefined)
          throw new Error(
            `Function '${fn.name}' has a trigger of type '${fn.trigger.type}', which the local host does not have.`,
          );
        try {
          kind.validate(fn, this.#triggerHost);
        } catch (error) {
          throw new Error(`Function '${fn.name}' is in error: ${toError(error).message}`, {
            cause: error,
          });
        }
        this.#triggers.push({ fn, kind, listener: undefined });
      }),
    );
  }

  async #startListeners(): Promise<void> {
    await Promise.all(
      this.#triggers
        .filter(({ fn }) => !fn.disabled)
        .map(async (trigger) => {
          trigger.listener = await trigger.kind.start(trigger.fn, this.#triggerHost);
        }),
    );
  }

  async #stopListeners(): Promise<void> {
    await Promise.all(
      this.#triggers.map(async (trigger) => {
        await trigger.listener?.stop();
        trigger.listener = undefined;
      }),
    );
  }

  async #runNow({ fn, kind }: Running, input: string): Promise<void> {
    try {
      await kind.run(fn, this.#triggerHost, input);
    } catch (error) {
      this.#logger.host("Host.Admin", {
        level: "warning",
        message: `Function '${fn.name}' was run on demand and failed: ${toError(error).message}`,
      });
    }
  }
}

/** The first `Request` and `Response` load fetch, which is slow: better now than in a first call. */
const warmFetch = async (): Promise<void> => {
  const request = new Request("http://localhost", { method: "POST", body: "1" });
  await new Response(await request.arrayBuffer()).arrayBuffer();
};
