/** Words that stand for what must not be told: put in wherever a client can put something. */
import type { Client } from "./client.ts";

const CANARIES = {
  body: "canary-body-4711",
  email: "canary.mail.4711@example.test",
  header: "canary-header-4711",
  name: "Canary Name 4711",
  query: "canary-query-4711",
  token: "canary-token-4711",
} as const;

/** Only what is good for a file. */
const IMAGE_NAME = "canary-image-4711.png";
const UNKNOWN_ID = "01890000-0000-7000-8000-000000000001";

const body = {
  sku: `C-${CANARIES.body}`,
  name: CANARIES.name,
  email: CANARIES.email,
  description: CANARIES.body,
  category: "kitchen",
  price: { amountMinor: 1250, currency: "EUR" },
  stock: 3,
  url: `http://127.0.0.1:9/${CANARIES.body}?sig=${CANARIES.query}`,
};

const users = { name: CANARIES.name, email: CANARIES.email };
const products = {
  sku: body.sku,
  name: body.name,
  category: body.category,
  price: body.price,
  stock: body.stock,
};

/** A path with a value for each of its parameters. */
const fill = (path: string, id: string): string =>
  path.replaceAll(
    /\{\*{0,2}(?<name>\w+)(?<constraint>:[^{}]*(?:\{[^{}]*\})?[^{}]*)?\}/gu,
    (_, name: string) => (name === "id" ? id : name === "width" ? "160" : IMAGE_NAME),
  );

interface Place {
  readonly method: string;
  readonly path: string;
}

/**
 * Sends canaries to every route: as they should not be, with a bad token and without one, and once more
 * with queries. Whatever is answered, it is answered.
 *
 * @returns the statuses that came.
 */
export const sendCanaries = async (
  client: Client,
  routes: readonly Place[],
  id = UNKNOWN_ID,
): Promise<ReadonlySet<number>> => {
  const statuses = new Set<number>();
  const headers = { "x-custom": CANARIES.header, cookie: `session=${CANARIES.header}` };
  const bad = { ...headers, authorization: `Bearer ${CANARIES.token}` };
  for (const { method, path } of routes) {
    const url = `/${fill(path, id)}`;
    const sent = method === "GET" || method === "DELETE" ? { headers } : { headers, body };
    const answers = await Promise.all([
      client.send(method, url, sent),
      client.send(method, `${url}?filter=${CANARIES.query}&sig=${CANARIES.query}`, sent),
      client.send(method, url, { ...sent, headers: bad }),
    ]);
    for (const { status } of answers) statuses.add(status);
  }
  return statuses;
};

/** Puts canaries where they are welcome: a person, a product, an image, a link to a file. */
export const storeCanaries = async (client: Client): Promise<string> => {
  await client.send("POST", "/api/users", { body: users });
  await client.send("POST", "/api/users", { body: users });
  const created = await client.send("POST", "/api/products", { body: products });
  await client.send("POST", "/api/products", { body: products });
  const path = created.headers.get("location") ?? "";
  await client.send("PUT", `${path}/images/${IMAGE_NAME}`, {
    body: new TextEncoder().encode(CANARIES.body),
  });
  await client.send("POST", `${path}/images/${IMAGE_NAME}:upload-link`);
  await client.send("GET", `${path}/images/${IMAGE_NAME}:download-link`);
  await client.send("GET", `/api/products?name=${encodeURIComponent(CANARIES.name)}`);
  return path.split("/").at(-1) ?? "";
};

/**
 * Starts jobs whose inputs are canaries: a call and a mail that work, and others that are refused.
 *
 * @param url of whom to call.
 * @returns ids of the jobs that were started.
 */
export const startCanaryJobs = async (client: Client, url: string): Promise<readonly string[]> => {
  const call = { url: `${url}/${CANARIES.body}?sig=${CANARIES.query}`, body: { ...body } };
  const mail = {
    to: [CANARIES.email],
    template: "message",
    parameters: { subject: CANARIES.name, text: CANARIES.body },
  };
  const jobs = [
    { kind: "call-url", input: call },
    { kind: "call-url", input: { ...call, url: body.url } },
    { kind: "send-email", input: mail },
    { kind: "call-url", input: { ...call, [CANARIES.query]: CANARIES.body } },
    { kind: "send-email", input: { ...mail, to: [`${CANARIES.email}@`, CANARIES.email] } },
    { kind: CANARIES.name, input: {} },
  ];
  const started: string[] = [];
  for (const job of jobs) {
    const response = await client.send("POST", "/api/jobs", { body: job });
    const path = response.headers.get("operation-location") ?? "";
    if (response.status === 202) started.push(path.split("/").at(-1) ?? "");
  }
  return started;
};

/** The words and files of canaries, and signatures and keys of any kind, in what was told. */
export const leaksIn = (text: string): readonly string[] => {
  const words = [...Object.values(CANARIES), IMAGE_NAME];
  const found = words.filter((word) => text.includes(word));
  const secrets = [/sig=[A-Za-z0-9%]/u, /AccountKey=/u, /SharedAccessKey=/u, /eyJ[\w-]+\.eyJ/u];
  return [...found, ...secrets.filter((secret) => secret.test(text)).map(String)];
};
