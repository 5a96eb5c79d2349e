import { isRecord } from "./json-value.ts";

/** A blob that was written, as an event of Event Grid tells it. */
export interface BlobCreated {
  readonly container: string;
  readonly name: string;
  readonly etag: string;
}

/** What an Event Grid delivery asks for. */
export interface BlobDelivery {
  /** To be sent back when Event Grid wants to know whether the address is meant for it. */
  readonly validationCode: string | undefined;
  readonly created: readonly BlobCreated[];
}

/** `http://host/account/container/name` of the local storage, or `https://account.host/container/name`. */
const locate = (url: string): { container: string; name: string } | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname } = new URL(url);
  const parts = pathname.split("/").slice(1).map(decodeURIComponent);
  const [container, ...name] = hostname.includes(".blob.") ? parts : parts.slice(1);
  return container === undefined || name.length === 0
    ? undefined
    : { container, name: name.join("/") };
};

const toCreated = (event: unknown): readonly BlobCreated[] => {
  if (!isRecord(event) || event["eventType"] !== "Microsoft.Storage.BlobCreated") return [];
  const { data } = event;
  if (!isRecord(data) || typeof data["url"] !== "string") return [];
  const place = locate(data["url"]);
  const etag = typeof data["eTag"] === "string" ? data["eTag"] : "";
  return place === undefined ? [] : [{ ...place, etag }];
};

/** Reads the body of a delivery: one event or an array of them. What is no blob event is left out. */
export const readBlobDelivery = (body: unknown): BlobDelivery => {
  const events: readonly unknown[] = Array.isArray(body) ? body : [body];
  const validation = events.find(
    (event) =>
      isRecord(event) && event["eventType"] === "Microsoft.EventGrid.SubscriptionValidationEvent",
  );
  const data = isRecord(validation) ? validation["data"] : undefined;
  const code = isRecord(data) ? data["validationCode"] : undefined;
  return {
    validationCode: typeof code === "string" ? code : undefined,
    created: events.flatMap(toCreated),
  };
};
