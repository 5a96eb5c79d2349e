import type { HttpRequest, InvocationContext } from "@azure/functions";

import { AppError } from "../../domain/errors.ts";
import { authorize } from "./authorize.ts";
import { readBody } from "./body.ts";
import { readPrecondition } from "./conditional.ts";
import type { Answer, Edge, Route } from "./declaration.ts";
import { publicUrl } from "./public-url.ts";
import { readQuery } from "./parameters.ts";
import { answerRepeatable } from "./repeatable.ts";

interface Arrived {
  readonly request: HttpRequest;
  readonly context: InvocationContext;
  readonly edge: Edge;
}

/** Does for a declared route what each would otherwise do by hand, in this order. */
export const respond = async <P, Q, B>(
  route: Route<P, Q, B>,
  { request, context, edge }: Arrived,
): Promise<Answer> => {
  const caller = await authorize(request, route.role, edge.verifyToken);
  const query = readQuery(request, route.query);
  const params = route.params.safeParse(request.params);
  if (!params.success) throw new AppError("resource-not-found", "There is nothing at this URL.");
  const ifMatch = readPrecondition(request);
  const { body, content } = await readBody(request, route.body);
  if (ifMatch === undefined && route.ifMatchRequired?.(body) === true) {
    throw new AppError("precondition-required", "Send If-Match with the ETag that you read.", {
      target: "if-match",
    });
  }
  const handle = (newId: string): Promise<Answer> =>
    route.handle({
      params: params.data,
      query,
      body,
      caller,
      author: { id: caller.id, kind: caller.kind, requestId: context.invocationId },
      ifMatch,
      newId,
      accept: request.headers.get("accept"),
      url: publicUrl(request.url, edge.publicOrigin),
      headers: request.headers,
      traceparent: context.traceContext?.traceParent,
    });

  return route.repeatable === true
    ? answerRepeatable({ operation: route.operation, request, caller, content, edge }, handle)
    : handle(edge.newId());
};
