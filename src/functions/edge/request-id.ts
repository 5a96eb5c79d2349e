import type { HttpRequest, InvocationContext } from "@azure/functions";

const MAX_CLIENT_ID_LENGTH = 128;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/u;

/** `x-ms-request-id` is the invocation's id, so that an answer leads straight to its log lines. */
export const requestIdHeaders = (
  request: HttpRequest,
  context: Pick<InvocationContext, "invocationId">,
): Record<string, string> => {
  const clientId = request.headers.get("x-ms-client-request-id");
  const echoed =
    clientId !== null && clientId.length <= MAX_CLIENT_ID_LENGTH && VISIBLE_ASCII.test(clientId);
  return {
    "x-ms-request-id": context.invocationId,
    ...(echoed && { "x-ms-client-request-id": clientId }),
  };
};
