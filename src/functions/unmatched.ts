import type { HttpFunctionOptions, HttpRequest } from "@azure/functions";

import { AppError } from "../domain/errors.ts";
import { answer } from "./edge/http-function.ts";
import { toProblem } from "./edge/problem.ts";
import type { Answer } from "./edge/declaration.ts";
import type { HttpRoute } from "./edge/route.ts";
import { routePattern } from "./edge/route-pattern.ts";

const allowedMethods = (routes: readonly HttpRoute[]): readonly string[] => [
  ...new Set([
    ...routes.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])),
    "OPTIONS",
  ]),
];

/**
 * Answers what no other function takes; the Functions host would answer it with an empty 404. Its name
 * must sort after all others, since the host takes the first route that matches in order of names.
 */
export const unmatchedFunction = (routes: readonly HttpRoute[]): HttpFunctionOptions => {
  const patterns = routes.map((route) => ({ route, pattern: routePattern(route.path) }));

  const respond = (request: HttpRequest): Answer => {
    const { pathname } = new URL(request.url);
    const here = patterns.filter(({ pattern }) => pattern.test(pathname)).map(({ route }) => route);
    if (here.length === 0) {
      throw new AppError("resource-not-found", "There is nothing at this URL.");
    }
    const allow = allowedMethods(here).join(", ");
    if (request.method === "OPTIONS") return { status: 204, headers: { allow } };
    const {
      status,
      headers,
      jsonBody: body,
    } = toProblem(new AppError("method-not-allowed", `This URL takes ${allow}.`));
    return { status, body, headers: { ...headers, allow } };
  };

  return {
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    route: "{*path}",
    authLevel: "anonymous",
    handler: async (request, context) => {
      const response = await answer(request, context, {
        operation: "Unmatched",
        work: async () => respond(request),
      });
      return response;
    },
  };
};
