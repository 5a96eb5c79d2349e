import { adminHandler, type AdministeredHost, type HostState } from "./admin.ts";
import { appFunctions } from "./app-functions.ts";
import type { BlobCreated } from "./blob-events.ts";
import type { HostOptions } from "./config.ts";
import { AppContext } from "./core-module.ts";
import { CosmosClients } from "./cosmos-clients.ts";
import { HttpServer } from "./http-server.ts";
import { Invoker, type AppFunction } from "./invoke.ts";
import type { Shared } from "./listener.ts";
import { loadApp, terminateApp } from "./load-app.ts";
import type { Logger } from "./logger.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { bindingData, checkBindings } from "./outputs.ts";
import { type RequestTelemetry, requestTelemetry } from "./request-telemetry.ts";
import { RequestGate } from "./request-gate.ts";
import { RunningTriggers } from "./running-triggers.ts";
import { routeTable, type RouteTable } from "./routes.ts";
import { Semaphore } from "./semaphore.ts";
import { ServiceBusClients } from "./service-bus-clients.ts";

const TERMINATE_LIMIT_MS = 5_000;
const BLOB_PARALLELISM = 8;
const FUNCTION_TIMEOUT_MS = 30 * 60_000;

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
  readonly #triggers: RunningTriggers;
  readonly #shared: Shared;
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
    this.#shared = {
      blobRuns: new Semaphore(
        hostJson.number("extensions.blobs.maxDegreeOfParallelism", BLOB_PARALLELISM),
      ),
      blobMemory: new MemoryBudget(options.bodyBudgetBytes),
      serviceBus,
      cosmos,
    };
    this.#triggers = new RunningTriggers({
      options,
      invoker: this.#invoker,
      logger,
      environment: process.env,
      shared: this.#shared,
    });
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
    await this.#triggers.prepare(this.functions.filter((fn) => !isHttp(fn)));
    await warmFetch();
    const port = await this.#server.listen(this.#options.port);
    await this.#triggers.start();
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
      await Promise.all([this.#server.close(), this.#triggers.stop()]);
      await this.#invoker.whenIdle();
      return true;
    })();
    const ended = await Promise.race([quiet, grace]);
    clearTimeout(timer);
    await Promise.all([terminateApp(this.#app, TERMINATE_LIMIT_MS), this.#telemetry?.stop()]);
    const { serviceBus, cosmos } = this.#shared;
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
    return this.#triggers.unhealthy();
  }

  runNow(fn: AppFunction, input: string): void {
    void this.#triggers.runNow(fn, input);
  }

  deliver(functionName: string, created: readonly BlobCreated[]): boolean {
    return this.#triggers.deliver(functionName, created);
  }

  async warmUp(): Promise<void> {
    this.#warm ??= this.#triggers.warmUp();
    await this.#warm;
  }

  drain(): void {
    this.#draining ??= (async () => {
      await this.#triggers.stop();
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
      await this.#triggers.start();
    })();
  }
}

/** The first `Request` and `Response` load fetch, which is slow: better now than in a first call. */
const warmFetch = async (): Promise<void> => {
  const request = new Request("http://localhost", { method: "POST", body: "1" });
  await new Response(await request.arrayBuffer()).arrayBuffer();
};
