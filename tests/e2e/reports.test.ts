import { BlobServiceClient } from "@azure/storage-blob";
import * as z from "zod";

import { addDays, dayOf } from "../../src/domain/reports/day.ts";
import { type Client, clientOf, readError } from "../helpers/client.ts";
import { eventually } from "../helpers/eventually.ts";
import { type LocalStockroom, startLocalStockroom } from "../helpers/stockroom.ts";

/** How often the host is killed while it makes a report. */
const KILLS = 6;

const yesterday = addDays(dayOf(new Date()), -1);

const reportSchema = z.object({
  date: z.string(),
  summary: z.string(),
  products: z.object({ products: z.int(), stock: z.int(), outOfStock: z.int() }),
  categories: z.array(z.object({ category: z.string(), products: z.int(), stock: z.int() })),
});
const listSchema = z.object({
  value: z.array(z.object({ date: z.string(), summary: z.string(), url: z.url() })),
  nextLink: z.url().optional(),
});

const mailsSchema = z.object({
  value: z.array(
    z.object({
      message: z.object({
        recipients: z.object({ to: z.array(z.object({ address: z.string() })) }),
        content: z.object({ subject: z.string(), html: z.string(), plainText: z.string() }),
        attachments: z.array(
          z.object({
            name: z.string(),
            contentType: z.string(),
            contentInBase64: z.string(),
            contentId: z.string().optional(),
          }),
        ),
      }),
    }),
  ),
});

let stockroom: LocalStockroom;
let client: Client;

beforeAll(async () => {
  stockroom = await startLocalStockroom({
    UPKEEP_SCHEDULE: "0 0 0 1 1 *",
    JOB_LEASE_SECONDS: "3",
    JOBS_SWEEP_SCHEDULE: "*/2 * * * * *",
  });
  client = clientOf(stockroom);
  await client.create({ category: "kitchen", stock: 7 });
  await client.create({ category: "kitchen", stock: 0 });
  await client.create({ category: "=1+1", stock: 5 });
}, 60_000);

afterAll(() => stockroom.stop());

const fire = (name: string): Promise<Response> =>
  fetch(`${stockroom.url}/admin/functions/${name}`, { method: "POST", body: '{"input":""}' });

const get = (day: string, accept = "application/json"): Promise<Response> =>
  client.send("GET", `/api/reports/${day}`, { headers: { accept } });

const made = (day: string) =>
  eventually(
    `there is a report of ${day}`,
    async () => {
      const response = await get(day).catch(() => undefined);
      return response?.status === 200 && reportSchema.parse(await response.json());
    },
    180_000,
  );

/** The files of a day's folder. */
const filesOf = async (day: string): Promise<readonly string[]> => {
  const service = BlobServiceClient.fromConnectionString(
    stockroom.azure().endpoints["storage"] ?? "",
  );
  const names: string[] = [];
  const prefix = `${day.replaceAll("-", "/")}/`;
  for await (const { name } of service.getContainerClient("reports").listBlobsFlat({ prefix }))
    names.push(name.slice(prefix.length));
  return names.toSorted((one, other) => (one < other ? -1 : 1));
};

/** What has arrived about a day in the mail sink. */
const mailsOf = async (day: string) => {
  const response = await fetch(`${stockroom.azure().endpoints["mail"] ?? ""}/api/mails`);
  const { value } = mailsSchema.parse(await response.json());
  return value
    .map(({ message }) => message)
    .filter(({ content }) => content.plainText.includes(`${day.replaceAll("-", "/")}/report.html`));
};

const mailed = (day: string) =>
  eventually(`there is a mail of ${day}`, async () => (await mailsOf(day))[0], 30_000);

describe("the daily report", () => {
  it("is made once, however often its timer fires at once", async () => {
    const fired = await Promise.all(Array.from({ length: 20 }, () => fire("dailyReport")));
    const report = await made(yesterday);

    expect(new Set(fired.map(({ status }) => status))).toEqual(new Set([202]));
    expect(report.products).toEqual({ products: 3, stock: 12, outOfStock: 1 });
    expect(report.categories).toEqual([
      { category: "kitchen", products: 2, stock: 7 },
      { category: "=1+1", products: 1, stock: 5 },
    ]);
    expect(await filesOf(yesterday)).toEqual(["report.csv", "report.html", "report.json"]);
  }, 90_000);

  it("is mailed once, with its charts in the mail, its CSV attached, and a link that works", async () => {
    const { recipients, content, attachments } = await mailed(yesterday);

    const link = /https?:\S+report\.html\S+/u.exec(content.plainText)?.[0] ?? "";
    const page = await fetch(link);
    const [csv, ...pictures] = attachments;
    expect(recipients.to).toEqual([{ address: "manager@example.com" }]);
    expect(await page.text()).toBe(await (await get(yesterday, "text/html")).text());
    expect(csv).toMatchObject({
      name: `stockroom-report-${yesterday}.csv`,
      contentType: "text/csv",
    });
    expect(Buffer.from(csv?.contentInBase64 ?? "", "base64").toString()).toContain(
      `${yesterday},headlines,,products,count,3,,`,
    );
    expect(
      pictures.map(({ contentId = "" }) => content.html.includes(`cid:${contentId}"`)),
    ).toEqual([true, true, true]);
    expect(await mailsOf(yesterday)).toHaveLength(1);
  }, 60_000);

  it("is answered as JSON, CSV or a page, by Accept", async () => {
    const answers = await Promise.all(
      ["application/json", "text/csv", "text/html,*/*;q=0.8"].map(async (accept) => {
        const response = await get(yesterday, accept);
        return { type: response.headers.get("content-type"), text: await response.text() };
      }),
    );

    expect(answers.map(({ type }) => type)).toEqual([
      "application/json",
      "text/csv; charset=utf-8",
      "text/html; charset=utf-8",
    ]);
    expect(answers[1]?.text).toContain(`${yesterday},categories,'=1+1,products,count,1,,`);
    expect(answers[2]?.text).toContain("<!doctype html>");
  });

  it("is not sent again to who has it", async () => {
    const etag = (await get(yesterday)).headers.get("etag") ?? "";

    const again = await client.send("GET", `/api/reports/${yesterday}`, {
      headers: { "if-none-match": etag },
    });

    expect(again.status).toBe(304);
  });

  it("is listed with its summary", async () => {
    const list = listSchema.parse(await (await client.send("GET", "/api/reports")).json());

    expect(list.value.map(({ date }) => date)).toContain(yesterday);
    expect(list.value[0]?.summary).toContain("The catalogue holds 3 products in 2 categories");
  });

  it("is drawn anew on demand, by admins", async () => {
    const path = `/api/reports/${yesterday}:generate`;
    const editor = clientOf(stockroom, { roles: ["editor"] });

    const again = await client.send("POST", path);
    const refused = await editor.send("POST", path);

    expect([again.status, refused.status]).toEqual([200, 403]);
  });
});

describe("a report that is not there", () => {
  it.each([
    ["GET", "2020-01-01", "application/json", 404, "ReportNotFound"],
    ["GET", "2026-02-30", "application/json", 404, "ReportNotFound"],
    ["GET", "nonsense", "application/json", 404, "ReportNotFound"],
    ["GET", yesterday, "image/png", 406, "NotAcceptable"],
    ["POST", `${dayOf(new Date())}:generate`, "*/*", 409, "ReportDayNotOver"],
    ["POST", "2026-02-30:generate", "*/*", 404, "ResourceNotFound"],
  ])("%s %s as %s is %i %s", async (...row) => {
    const [method, path, accept, status, code] = row;

    const response = await client.send(method, `/api/reports/${path}`, { headers: { accept } });

    expect(response.status).toBe(status);
    expect((await readError(response)).code).toBe(code);
  });
});

// Steps are gone through one by one in make-report.test.ts; here what was killed is waited for, a minute each time.
const describeInSoak = process.env["SOAK"] === undefined ? describe.skip : describe;

describeInSoak("a host that is killed while it makes reports", () => {
  it.each(Array.from({ length: KILLS }, (_, kill) => kill))(
    "leads to the same, kill %i",
    async (kill) => {
      const days = [0, 1, 2].map((index) => addDays(yesterday, -10 - 3 * kill - index));
      const generate = (day: string) =>
        client.send("POST", `/api/reports/${day}:generate`).catch(() => undefined);
      const asked = Promise.all(days.map(generate));
      // From the first query to the last file takes some hundred milliseconds.
      const { promise: later, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, (kill * 1500) / KILLS);
      await later;
      await stockroom.host().kill();
      await asked;
      await stockroom.restartHost();
      await Promise.all(days.map(generate));

      for (const day of days) {
        const report = await made(day);
        await mailed(day);

        expect(report.date).toBe(day);
        expect(await filesOf(day)).toEqual(["report.csv", "report.html", "report.json"]);
        expect(await mailsOf(day)).toHaveLength(1);
      }
    },
    400_000,
  );
});

describe("upkeep", () => {
  it("makes what the timer has missed of the last seven days", async () => {
    const days = Array.from({ length: 6 }, (_, index) => addDays(yesterday, -1 - index));

    await fire("upkeep");

    for (const day of days) expect((await made(day)).date).toBe(day);
  }, 120_000);
});
