import type { HttpRequest, InvocationContext } from "@azure/functions";

import type { Answer, Edge, Route } from "./declaration.ts";
import { respond } from "./respond.ts";

/** A route whose types are only known inside: what lists of routes hold. */
export interface HttpRoute extends Omit<
  Route,
  "body" | "handle" | "ifMatchRequired" | "params" | "query"
> {
  readonly respond: (
    request: HttpRequest,
    context: InvocationContext,
    edge: Edge,
  ) => Promise<Answer>;
}

export const route = <P, Q, B>(declared: Route<P, Q, B>): HttpRoute => ({
  ...declared,
  respond: (request, context, edge) => respond(declared, { request, context, edge }),
});
