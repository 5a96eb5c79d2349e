/** One thing that was told: an envelope of Application Insights, with what the page asks for picked out. */

type JsonObject = Readonly<Record<string, unknown>>;

export type ItemKind = "request" | "dependency" | "log" | "exception" | "metric" | "event";

export interface Item {
  readonly kind: ItemKind;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly durationMs: number;
  /** Of the trace, 32 hexadecimal digits; empty outside of any. */
  readonly traceId: string;
  /** Of the span; empty for what is no span. */
  readonly id: string;
  /** The span that it happened in; empty for the first of a trace. */
  readonly parentId: string;
  /** Of the operation, the event or the metric. */
  readonly name: string;
  readonly success: boolean;
  readonly resultCode: string;
  /** Kind of the other side of a call: `azure.cosmosdb`, `HTTP`, `InProc`. */
  readonly type: string;
  readonly target: string;
  /** Which process told it. */
  readonly role: string;
  /** 0 verbose, 1 information, 2 warning, 3 error, 4 critical. */
  readonly severity: number;
  /** Of 100 such items, how many were sent. */
  readonly sampleRate: number;
  readonly properties: Readonly<Record<string, string>>;
  /** Of a metric: the sum, how many there were, the least and the most. */
  readonly values: Readonly<Record<string, number>>;
}

const KINDS: Readonly<Record<string, ItemKind>> = {
  RequestData: "request",
  RemoteDependencyData: "dependency",
  MessageData: "log",
  ExceptionData: "exception",
  MetricData: "metric",
  EventData: "event",
};

const SEVERITIES = ["verbose", "information", "warning", "error", "critical"];

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

const firstOf = (value: unknown): JsonObject => objectOf(Array.isArray(value) ? value[0] : value);

/** `[d.]hh:mm:ss[.fffffff]` → milliseconds; 0 for anything else. */
const timeSpanMs = (text: unknown): number => {
  const parts =
    /^(?:(?<days>\d+)\.)?(?<hours>\d+):(?<minutes>\d+):(?<seconds>\d+(?:\.\d+)?)$/u.exec(
      textOf(text),
    )?.groups;
  if (!parts) return 0;
  const part = (name: string): number => Number(parts[name] ?? 0);
  return (
    ((part("days") * 24 + part("hours")) * 60 + part("minutes")) * 60_000 + part("seconds") * 1000
  );
};

const numbersOf = (metric: JsonObject): Record<string, number> =>
  Object.fromEntries(
    ["value", "count", "min", "max"].flatMap((name) =>
      typeof metric[name] === "number" ? [[name, metric[name]]] : [],
    ),
  );

const severityOf = (value: unknown): number =>
  typeof value === "number" ? value : Math.max(SEVERITIES.indexOf(textOf(value).toLowerCase()), 0);

const nameOf = (kind: ItemKind, data: JsonObject): string => {
  if (kind === "log") return textOf(data["message"]);
  if (kind === "metric") return textOf(firstOf(data["metrics"])["name"]);
  if (kind === "exception") return textOf(firstOf(data["exceptions"])["typeName"]);
  return textOf(data["name"]);
};

/**
 * Reads an envelope as the exporters of Application Insights send it.
 *
 * @returns the item, or what is wrong with the envelope.
 */
export const readItem = (envelope: unknown): Item | string => {
  if (!isObject(envelope)) return "The envelope is no object.";
  const { baseType, baseData } = objectOf(envelope["data"]);
  const kind = KINDS[textOf(baseType)];
  if (kind === undefined) return `Field 'baseType' is unknown: ${textOf(baseType)}.`;
  const timeMs = Date.parse(textOf(envelope["time"]));
  if (Number.isNaN(timeMs)) return "Field 'time' is no date.";
  const data = objectOf(baseData);
  const tags = objectOf(envelope["tags"]);
  const exception = firstOf(data["exceptions"]);
  const properties = Object.entries({
    ...objectOf(data["properties"]),
    url: data["url"],
    data: data["data"],
    "exception.message": exception["message"],
    "exception.stacktrace": exception["stack"],
  });
  return {
    kind,
    timeMs,
    durationMs: timeSpanMs(data["duration"]),
    traceId: textOf(tags["ai.operation.id"]),
    id: textOf(data["id"]),
    parentId: textOf(tags["ai.operation.parentId"]),
    name: nameOf(kind, data),
    success: data["success"] !== false,
    resultCode: textOf(data["responseCode"] ?? data["resultCode"]),
    type: textOf(data["type"]),
    target: textOf(data["target"]),
    role: [textOf(tags["ai.cloud.role"]), textOf(tags["ai.cloud.roleInstance"])].join(" "),
    severity: severityOf(data["severityLevel"]),
    sampleRate: typeof envelope["sampleRate"] === "number" ? envelope["sampleRate"] : 100,
    properties: Object.fromEntries(
      properties.flatMap(([name, value]) => (textOf(value) === "" ? [] : [[name, textOf(value)]])),
    ),
    values: numbersOf(firstOf(data["metrics"])),
  };
};
