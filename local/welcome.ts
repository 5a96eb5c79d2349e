interface Started {
  readonly url: string;
  /** By the names that `npm run azure` prints. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly data: string;
  readonly elapsedMs: number;
}

const LABELS: Readonly<Record<string, string>> = {
  cosmos: "Cosmos DB",
  issuer: "Sign-in",
  mail: "Mail",
  serviceBus: "Service Bus",
  serviceBusAdmin: "  administration",
  storage: "Storage",
  telemetry: "Telemetry",
};

/** The part of a connection string that says where the service is; other endpoints are shown whole. */
const addressOf = (endpoint: string): string =>
  /(?:Blob)?Endpoint=(?<address>[^;]+)/u.exec(endpoint)?.groups?.["address"] ?? endpoint;

/** What runs where, and the next thing to try. */
export const welcome = ({ url, endpoints, data, elapsedMs }: Started): string => {
  const services = Object.entries(endpoints).map(
    ([name, endpoint]) => `  ${(LABELS[name] ?? name).padEnd(16)} ${addressOf(endpoint)}`,
  );
  return [
    "",
    `Stockroom is ready (${(elapsedMs / 1000).toFixed(1)} s).`,
    "",
    `  ${"API".padEnd(16)} ${url}/api/products`,
    `  ${"Health".padEnd(16)} ${url}/health/ready`,
    ...services,
    "",
    "Next, in another terminal:",
    "",
    `  TOKEN=$(npm run --silent token -- --role reader)`,
    `  curl -H "authorization: Bearer $TOKEN" ${url}/api/products?category=kitchen`,
    "",
    `Ctrl-C stops everything. Data stays in ${data}; npm start -- --reset begins anew.`,
    "",
  ].join("\n");
};
