import type { IncomingMessage, ServerResponse } from "node:http";

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

const inputOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const length = Number(request.headers["content-length"] ?? 0);
  if (length <= 0 || length > MAX_INPUT_BYTES) return undefined;
  const body = parseJson(Buffer.from(await readBody(request, length)).toString("utf8"));
  if (!isRecord(body)) return undefined;
  const { input } = body;
  return typeof input === "string" ? input : JSON.stringify(input ?? "");
};

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

  const health = (response: ServerResponse): void => {
    const failing = host.unhealthyListeners();
    const healthy = host.state === "Running" && failing.length === 0;
    answer(response, healthy ? 200 : 503, {
      status: healthy ? "Healthy" : "Unhealthy",
      state: host.state,
      failing,
    });
  };

  const fixed: Readonly<Record<string, (response: ServerResponse) => void | Promise<void>>> = {
    "/admin/host/status": (response) =>
      answer(response, 200, {
        id: "local",
        state: host.state,
        version: HOST_VERSION,
        processUptime: Math.round(process.uptime() * 1000),
      }),
    "/admin/host/ping": (response) => answer(response, 200),
    "/admin/host/drain": (response) => {
      host.drain();
      answer(response, 202);
    },
    "/admin/host/resume": (response) => {
      host.resume();
      answer(response, 202, { state: host.state });
    },
    "/admin/host/drain/status": (response) =>
      answer(response, 200, { ...host.drainStatus(), outstandingRetries: 0 }),
    "/admin/warmup": async (response) => {
      await host.warmUp();
      answer(response, 200);
    },
    "/runtime/health": health,
    "/runtime/health/live": (response) => answer(response, 200, { status: "Healthy" }),
    "/runtime/health/ready": health,
  };
  const writes = new Set(["/admin/host/drain", "/admin/host/resume"]);

  return async (rawPath, request, response) => {
    const path = rawPath.length > 1 && rawPath.endsWith("/") ? rawPath.slice(0, -1) : rawPath;
    const handle = Object.hasOwn(fixed, path) ? fixed[path] : undefined;
    if (handle !== undefined) {
      if (writes.has(path) !== (request.method === "POST") && !/ping|warmup/.test(path))
        return false;
      await handle(response);
      return true;
    }
    if (path === "/admin/functions" && request.method === "GET") {
      answer(
        response,
        200,
        host.functions.map((fn) => describe(fn, request, urlOf(fn, request))),
      );
      return true;
    }
    const parts = path.split("/").slice(1);
    return parts[0] === "admin" && parts[1] === "functions" && parts.length > 2
      ? oneFunction(parts.slice(2), request, response)
      : false;
  };
};
