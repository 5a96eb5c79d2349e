import type { IncomingMessage, ServerResponse } from "node:http";

import { readBlobDelivery, type BlobCreated } from "./blob-events.ts";
import { readBody } from "./body-reader.ts";
import { HOST_VERSION } from "./core-module.ts";
import type { AdminHandler } from "./http-server.ts";
import type { AppFunction } from "./invoke.ts";
import { isRecord, parseJson } from "./json-value.ts";

const MAX_INPUT_BYTES = 1024 * 1024;

export type HostState = "Initializing" | "Running" | "Stopping" | "Stopped";

/** What the administration paths show of the host and do to it. */
export interface AdministeredHost {
  readonly state: HostState;
  readonly functions: readonly AppFunction[];
  /** What is wrong with the function; empty when nothing is. */
  errorsOf(name: string): readonly string[];
  unhealthyListeners(): readonly string[];
  /** Starts a run in the background. */
  runNow(fn: AppFunction, input: string): void;
  /** @returns false when there is no blob function of this name. */
  deliver(functionName: string, created: readonly BlobCreated[]): boolean;
  warmUp(): Promise<void>;
  drain(): void;
  drainStatus(): { readonly state: string; readonly outstandingInvocations: number };
  resume(): void;
}

const answer = (response: ServerResponse, status: number, body?: unknown): void => {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    "content-length": Buffer.byteLength(text),
    ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
  });
  response.end(text);
};

const hostUrl = (request: IncomingMessage): string =>
  `http://${request.headers.host ?? "localhost"}`;

const describe = (fn: AppFunction, request: IncomingMessage, routeUrl: string | null): object => ({
  name: fn.name,
  href: `${hostUrl(request)}/admin/functions/${fn.name}`,
  invoke_url_template: routeUrl,
  language: "node",
  config: {
    bindings: Object.entries(fn.metadata.bindings).map(([name, binding]) => ({ ...binding, name })),
  },
  isDisabled: fn.disabled,
});

const isHttp = (fn: AppFunction): boolean => fn.trigger.type.toLowerCase() === "httptrigger";

/** @returns undefined when there is no body, it is too long or no JSON. */
const jsonBody = async (request: IncomingMessage): Promise<unknown> => {
  const length = Number(request.headers["content-length"] ?? 0);
  if (length <= 0 || length > MAX_INPUT_BYTES) return undefined;
  return parseJson(Buffer.from(await readBody(request, length)).toString("utf8"));
};

const inputOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const body = await jsonBody(request);
  if (!isRecord(body)) return undefined;
  const { input } = body;
  return typeof input === "string" ? input : JSON.stringify(input ?? "");
};

/** Answers one path. False stands for "there is no such thing". */
type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | void | Promise<boolean | void>;

const ping: Answer = (_, response) => answer(response, 200);

/** Answers `/admin/...` and `/runtime/...`. No key is asked: the host listens on loopback only. */
export const adminHandler = (
  host: AdministeredHost,
  routePaths: ReadonlyMap<string, string>,
): AdminHandler => {
  const urlOf = (fn: AppFunction, request: IncomingMessage): string | null => {
    const path = routePaths.get(fn.name);
    return path === undefined ? null : `${hostUrl(request)}/${path}`;
  };

  const oneFunction = async (
    [name = "", action]: readonly string[],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> => {
    const fn = host.functions.find((candidate) => candidate.name.toLowerCase() === name);
    if (fn === undefined) return false;
    if (action === "status" && request.method === "GET") {
      const errors = host.errorsOf(fn.name);
      answer(response, 200, errors.length > 0 ? { errors } : {});
      return true;
    }
    if (action !== undefined) return false;
    if (request.method === "GET") {
      answer(response, 200, describe(fn, request, urlOf(fn, request)));
      return true;
    }
    if (request.method !== "POST") return false;
    const input = await inputOf(request);
    if (input === undefined || isHttp(fn)) {
      answer(response, 400);
      return true;
    }
    host.runNow(fn, input);
    answer(response, 202);
    return true;
  };

  /** The address that an Event Grid subscription for a blob function delivers to. */
  const blobWebhook = async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> => {
    const name = new URL(request.url ?? "/", hostUrl(request)).searchParams.get("functionName");
    const { validationCode, created } = readBlobDelivery(await jsonBody(request));
    if (validationCode !== undefined) {
      answer(response, 200, { validationResponse: validationCode });
      return true;
    }
    if (!host.deliver((name ?? "").replace(/^Host\.Functions\./i, ""), created)) return false;
    answer(response, 202);
    return true;
  };

  const health: Answer = (_, response) => {
    const failing = host.unhealthyListeners();
    const healthy = host.state === "Running" && failing.length === 0;
    answer(response, healthy ? 200 : 503, {
      status: healthy ? "Healthy" : "Unhealthy",
      state: host.state,
      failing,
    });
  };

  const status: Answer = (_, response) =>
    answer(response, 200, {
      id: "local",
      state: host.state,
      version: HOST_VERSION,
      processUptime: Math.round(process.uptime() * 1000),
    });

  const warmUp: Answer = async (_, response) => {
    await host.warmUp();
    answer(response, 200);
  };

  const fixed: Readonly<Record<string, Answer>> = {
    "GET /admin/host/status": status,
    "GET /admin/host/ping": ping,
    "POST /admin/host/ping": ping,
    "POST /admin/host/drain": (_, response) => {
      host.drain();
      answer(response, 202);
    },
    "POST /admin/host/resume": (_, response) => {
      host.resume();
      answer(response, 202, { state: host.state });
    },
    "GET /admin/host/drain/status": (_, response) =>
      answer(response, 200, { ...host.drainStatus(), outstandingRetries: 0 }),
    "GET /admin/warmup": warmUp,
    "POST /admin/warmup": warmUp,
    "GET /admin/functions": (request, response) => {
      const all = host.functions.map((fn) => describe(fn, request, urlOf(fn, request)));
      answer(response, 200, all);
    },
    "GET /runtime/health": health,
    "GET /runtime/health/live": (_, response) => answer(response, 200, { status: "Healthy" }),
    "GET /runtime/health/ready": health,
    "POST /runtime/webhooks/blobs": blobWebhook,
  };

  return async (rawPath, request, response) => {
    const path = rawPath.length > 1 && rawPath.endsWith("/") ? rawPath.slice(0, -1) : rawPath;
    const key = `${request.method ?? "GET"} ${path}`;
    const handle = Object.hasOwn(fixed, key) ? fixed[key] : undefined;
    if (handle !== undefined) return (await handle(request, response)) !== false;
    const [area, kind, ...rest] = path.split("/").slice(1);
    return area === "admin" && kind === "functions" && rest.length > 0
      ? oneFunction(rest, request, response)
      : false;
  };
};
