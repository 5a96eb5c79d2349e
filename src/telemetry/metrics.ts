/** Every figure the application keeps. Names and units are OpenTelemetry's where it has one. */

interface MetricDefinition {
  readonly kind: "counter" | "histogram";
  /** UCUM: seconds are `s`, and `{…}` says what is counted. */
  readonly unit: string;
  readonly description: string;
  /** Each has few values: none is an id, a URL or text from outside. */
  readonly labels: readonly string[];
}

export const METRICS = {
  "http.server.request.duration": {
    kind: "histogram",
    unit: "s",
    description: "How long an HTTP function took to answer.",
    labels: ["operation", "http.request.method", "http.response.status_code", "error.type"],
  },
  "http.client.request.duration": {
    kind: "histogram",
    unit: "s",
    description: "How long a call that leaves the system took.",
    labels: ["http.request.method", "http.response.status_code", "error.type"],
  },
  "db.client.operation.duration": {
    kind: "histogram",
    unit: "s",
    description: "How long a request to Cosmos DB took.",
    labels: [
      "db.system.name",
      "db.operation.name",
      "db.collection.name",
      "db.response.status_code",
      "error.type",
    ],
  },
  "azure.cosmosdb.client.operation.request_charge": {
    kind: "histogram",
    unit: "{request_unit}",
    description: "What a request to Cosmos DB was charged.",
    labels: ["db.operation.name", "db.collection.name"],
  },
  "stockroom.db.throttles": {
    kind: "counter",
    unit: "{request}",
    description: "Requests that Cosmos DB refused for want of throughput.",
    labels: ["db.operation.name", "db.collection.name"],
  },
  "stockroom.token.refusals": {
    kind: "counter",
    unit: "{request}",
    description: "Requests whose caller was not let in, by why.",
    labels: ["reason"],
  },
  "stockroom.thumbnails": {
    kind: "counter",
    unit: "{image}",
    description: "Uploads that the blob trigger saw, by what became of them.",
    labels: ["outcome"],
  },
  "stockroom.job.attempts": {
    kind: "counter",
    unit: "{attempt}",
    description: "Attempts at a job that ended, by how.",
    labels: ["job.kind", "outcome", "error.type"],
  },
  "stockroom.job.wait.duration": {
    kind: "histogram",
    unit: "s",
    description: "From the creation of a job to the start of its first attempt.",
    labels: ["job.kind"],
  },
  "stockroom.job.run.duration": {
    kind: "histogram",
    unit: "s",
    description: "How long one attempt at a job worked.",
    labels: ["job.kind", "outcome"],
  },
  "stockroom.job.retries": {
    kind: "counter",
    unit: "{attempt}",
    description: "Attempts at a job after its first.",
    labels: ["job.kind"],
  },
  "stockroom.job.dead_letters": {
    kind: "counter",
    unit: "{message}",
    description: "Messages that nobody could handle.",
    labels: ["reason"],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

export type MetricLabels<N extends MetricName> = Readonly<
  Partial<Record<(typeof METRICS)[N]["labels"][number], string | number | undefined>>
>;
