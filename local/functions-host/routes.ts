import type { AppFunction } from "./invoke.ts";
import { routeTemplate, type RouteTemplate } from "./route-template.ts";

export interface Route {
  readonly fn: AppFunction;
  readonly template: RouteTemplate;
  /** With the prefix, without a leading slash. */
  readonly path: string;
  /** Upper case. */
  readonly methods: ReadonlySet<string>;
  readonly authLevel: string;
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteTable {
  readonly routes: readonly Route[];
  /** What a developer should know: functions that conflict, routes that can never win. */
  readonly warnings: readonly string[];
  /** The first route, by name of its function, whose path, constraints and method match. */
  find(method: string, path: string): RouteMatch | undefined;
}

const DEFAULT_METHODS = ["GET", "POST"];

const toRoute = (fn: AppFunction, prefix: string): Route => {
  const { route, methods, authLevel } = fn.trigger;
  const own = typeof route === "string" && route !== "" ? route : fn.name;
  const path = prefix === "" ? own : `${prefix}/${own}`;
  const listed = Array.isArray(methods) ? methods.map((method) => String(method)) : [];
  return {
    fn,
    path,
    template: routeTemplate(path),
    methods: new Set((listed.length === 0 ? DEFAULT_METHODS : listed).map((m) => m.toUpperCase())),
    authLevel: typeof authLevel === "string" ? authLevel : "anonymous",
  };
};

/** Whether every path of `later` is one of `earlier`; false when that cannot be told. */
const covers = (earlier: readonly string[], later: readonly string[]): boolean => {
  for (const [index, segment] of earlier.entries()) {
    if (segment === "**") return true;
    const other = later[index];
    if (other === undefined || other.startsWith("**")) return false;
    if (segment !== "*" && segment !== other) return false;
  }
  return earlier.length === later.length;
};

const problemOf = (route: Route, earlier: readonly Route[]): string | undefined => {
  const first = route.template.segments[0];
  if (first === "admin" || first === "runtime")
    return "The specified route conflicts with one or more built in routes.";
  const same = earlier.find(
    (other) =>
      other.template.shape === route.template.shape &&
      [...route.methods].some((method) => other.methods.has(method)),
  );
  return same === undefined
    ? undefined
    : `The route specified conflicts with the route defined by function '${same.fn.name}'.`;
};

const shadowOf = (route: Route, earlier: readonly Route[]): Route | undefined =>
  earlier.find(
    (other) =>
      [...route.methods].every((method) => other.methods.has(method)) &&
      covers(other.template.segments, route.template.segments),
  );

/**
 * The routes of the HTTP functions in the order in which Azure tries them.
 *
 * @throws {Error} for a template that stops the whole app in Azure.
 */
export const routeTable = (functions: readonly AppFunction[], prefix: string): RouteTable => {
  const warnings: string[] = [];
  const routes: Route[] = [];
  for (const fn of functions) {
    if (fn.trigger.type.toLowerCase() !== "httptrigger") continue;
    const route = toRoute(fn, prefix);
    const problem = problemOf(route, routes);
    if (problem !== undefined) {
      warnings.push(`The '${fn.name}' function is in error: ${problem}`);
      continue;
    }
    const shadow = shadowOf(route, routes);
    if (shadow !== undefined)
      warnings.push(
        `The route of function '${fn.name}' can never be reached: '${shadow.fn.name}' comes first and matches it.`,
      );
    routes.push(route);
  }
  return {
    routes,
    warnings,
    find: (method, path) => {
      for (const route of routes) {
        if (!route.methods.has(method)) continue;
        const params = route.template.match(path);
        if (params !== undefined) return { route, params };
      }
      return undefined;
    },
  };
};
