/**
 * Shows what Stockroom does, against the one that `npm start` runs: a product, its photo, a mail by a job,
 * the report of yesterday, and where each of these can be seen.
 *
 *     npm run demo -- [--data DIR]
 *
 * What it fetches is put into the folder, `.local/demo` unless told. The product stays; each run makes another.
 */
import { randomInt } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import * as z from "zod";

import { fetchToken, issuerOrigin } from "../local/entra/fetch-token.ts";
import { readPorts } from "../local/ports.ts";
import { exitOnFailure } from "../local/signals.ts";
import { type Client, makeClient, read, until } from "./api-client.ts";

const PHOTO = "samples/photos/rocket.jpg";
const LIMIT_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;

const imageSchema = z.object({
  status: z.string(),
  thumbnails: z.array(z.object({ widthPx: z.int(), heightPx: z.int(), url: z.url() })),
});
const jobSchema = z.object({ status: z.string() });
const ENDED: ReadonlySet<string> = new Set(["Succeeded", "Failed", "Canceled"]);

const say = (line: string): void => console.log(`  ${line}`);

const title = (line: string): void => console.log(`\n${line}`);

/** Where a header points to, below the address of the API. */
const pathIn = (response: Response, header: string): string =>
  new URL(response.headers.get(header) ?? "").pathname;

/** Puts the body of an answer into a file. */
type Save = (name: string, response: Response) => Promise<void>;

const saveTo =
  (folder: string): Save =>
  async (name, response) => {
    const file = join(folder, name);
    await writeFile(file, await response.bytes());
    say(`saved ${file}`);
  };

const createProduct = async (client: Client): Promise<string> => {
  title("A product");
  const json = {
    sku: `DEMO-${randomInt(1_000_000).toString().padStart(6, "0")}`,
    name: "Model rocket",
    category: "toys",
    status: "active",
    price: { amountMinor: 4990, currency: "EUR" },
    stock: 12,
  };
  say(`POST /api/products  ${json.sku}, ${json.name}`);
  const product = pathIn(
    await client.expect(201, "/api/products", { method: "POST", json }),
    "location",
  );
  say(`201 ${product}`);
  return product;
};

/** @returns the id of the request that put the photo. */
const putPhoto = async (client: Client, product: string, save: Save): Promise<string> => {
  title("Its photo");
  const path = `${product}/images/front`;
  say(`PUT ${path}  ${PHOTO}`);
  const bytes = Uint8Array.from(await readFile(PHOTO));
  const accepted = await client.expect(202, path, { method: "PUT", bytes });
  const { status } = await read(accepted, imageSchema);
  say(`202 ${status}`);
  const look = async () => {
    const image = await read(await client.expect(200, path), imageSchema);
    return image.status === "ready" ? image : undefined;
  };
  const { thumbnails } = await until("the thumbnails", look, LIMIT_MS);
  for (const { widthPx, heightPx, url } of thumbnails) {
    const { pathname } = new URL(url);
    say(`thumbnail ${widthPx} × ${heightPx}: ${pathname}`);
    await save(`rocket-${widthPx}.webp`, await client.expect(200, pathname));
  }
  return accepted.headers.get("x-ms-request-id") ?? "";
};

const waitForJob = async (client: Client, accepted: Response): Promise<void> => {
  const monitor = pathIn(accepted, "operation-location");
  say(`202 ${monitor}`);
  const look = async () => {
    const { status } = await read(await client.expect(200, monitor), jobSchema);
    return ENDED.has(status) ? status : undefined;
  };
  say(await until("the end of the job", look, LIMIT_MS));
};

const sendMail = async (client: Client, product: string, mailPage: string): Promise<void> => {
  title("A mail, by a job");
  const json = {
    kind: "send-email",
    input: {
      to: ["ada@example.com"],
      template: "message",
      parameters: { subject: "A new product", text: `It is at ${product}.` },
    },
  };
  say("POST /api/jobs  send-email");
  await waitForJob(client, await client.expect(202, "/api/jobs", { method: "POST", json }));
  say(`look at it: ${mailPage}`);
};

const makeReport = async (client: Client, save: Save): Promise<void> => {
  const day = new Date(Date.now() - DAY_MS).toISOString().slice(0, "2026-11-24".length);
  title(`The report of ${day}`);
  const report = `/api/reports/${day}`;
  say(`POST ${report}:generate`);
  const made = await client.expect([200, 202], `${report}:generate`, { method: "POST" });
  if (made.status === 202) await waitForJob(client, made);
  else say("200: the day has one; its files are drawn anew");
  await save("report.html", await client.expect(200, report, { accept: "text/html" }));
};

const run = async (): Promise<void> => {
  const { values } = parseArgs({ options: { data: { type: "string", default: ".local/demo" } } });
  const ports = readPorts(process.env);
  const token = await fetchToken(issuerOrigin(ports.ISSUER_PORT), { roles: ["admin"] });
  const client = makeClient(new URL(`http://127.0.0.1:${ports.HOST_PORT}`), token);
  await mkdir(values.data, { recursive: true });
  const save = saveTo(values.data);

  const product = await createProduct(client);
  const requestId = await putPhoto(client, product, save);
  await sendMail(client, product, `http://127.0.0.1:${ports.MAIL_PORT}`);
  await makeReport(client, save);

  title("What happened to the photo, call by call");
  say(`http://127.0.0.1:${ports.TELEMETRY_PORT}/#find/${requestId}`);
};

await exitOnFailure(run);
