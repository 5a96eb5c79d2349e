import type { OutgoingRequest, ReceivedAnswer } from "../../domain/calls/make-call.ts";
import { errorCode } from "../../telemetry/error-fields.ts";
import { record, span } from "../../telemetry/scope.ts";

const FAILED_FROM_STATUS = 400;

/**
 * Makes a call that leaves the system a span of its own, and tells the receiver of it, so that what it
 * does can be part of the same trace. Of the URL only the host is told.
 */
export const observedCall = (
  outgoing: OutgoingRequest,
  send: (traced: OutgoingRequest) => Promise<ReceivedAnswer>,
): Promise<ReceivedAnswer> => {
  const { method, url } = outgoing;
  const startedMs = performance.now();
  const tell = (labels: { readonly status?: number; readonly error?: string }): void =>
    record("http.client.request.duration", (performance.now() - startedMs) / 1000, {
      "http.request.method": method,
      "http.response.status_code": labels.status,
      "error.type": labels.error,
    });
  return span(
    {
      name: `call ${method}`,
      kind: "client",
      attributes: {
        "http.request.method": method,
        "server.address": url.hostname,
        "url.full": url.origin,
      },
    },
    async (running) => {
      const { traceparent } = running;
      try {
        const answer = await send({
          ...outgoing,
          headers: { ...outgoing.headers, ...(traceparent !== undefined && { traceparent }) },
        });
        const { status } = answer;
        const error = status >= FAILED_FROM_STATUS ? String(status) : undefined;
        running.set({ "http.response.status_code": status });
        if (error !== undefined) running.fail(error);
        tell({ status, ...(error !== undefined && { error }) });
        return answer;
      } catch (error) {
        tell({ error: errorCode(error) });
        throw error;
      }
    },
  );
};
