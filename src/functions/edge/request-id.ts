import type { HttpRequest, InvocationContext } from "@azure/functions";

const MAX_CLIENT_ID_LENGTH = 128;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/u;

interface RequestIds {
  /** The invocation's id, so that an answer leads straight to its log lines. */
  readonly requestId: string;
  /** The client's own; left out when it is not fit for a header and a log. */
  readonly clientRequestId?: string;
}

export const requestIds = (
  request: HttpRequest,
  { invocationId }: Pick<InvocationContext, "invocationId">,
): RequestIds => {
  const clientId = request.headers.get("x-ms-client-request-id");
  return clientId !== null &&
    clientId.length <= MAX_CLIENT_ID_LENGTH &&
    VISIBLE_ASCII.test(clientId)
    ? { requestId: invocationId, clientRequestId: clientId }
    : { requestId: invocationId };
};

export const requestIdHeaders = (ids: RequestIds): Record<string, string> => ({
  "x-ms-request-id": ids.requestId,
  ...(ids.clientRequestId !== undefined && { "x-ms-client-request-id": ids.clientRequestId }),
});
