import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

import { type Browser, chromium } from "playwright-core";

import { type MailSink, startMailSink } from "../../local/email/start.ts";
import { renderMail } from "../../src/domain/mail/templates.ts";
import { senderTo } from "../helpers/mail-sink.ts";
import { temporaryFolder } from "../helpers/program.ts";

/** `CHROMIUM` names another; without one there is nothing to look with, and these tests are skipped. */
const EXECUTABLE = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
const describeInBrowser = EXECUTABLE === undefined ? describe.skip : describe;

const RIGHTMOST =
  "Math.max(...[...document.querySelectorAll('body *')].map((e) => e.getBoundingClientRect().right))";

describeInBrowser("the pages of the mail sink", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let sink: MailSink;
  let browser: Browser;
  const report = randomUUID();
  const notice = randomUUID();

  beforeAll(async () => {
    folder = await temporaryFolder();
    sink = await startMailSink({ port: 0, dataDir: folder.path });
    const sender = senderTo(sink.endpoint);
    const product = { sku: "LONG-".repeat(12), name: "Brick".repeat(40), stock: 0 };
    const parameters = { threshold: 5, products: [product, { ...product, name: "<b>Cup</b>" }] };
    await sender.send(
      {
        to: ["manager@example.com", `${"m".repeat(60)}@${"d".repeat(60)}.example`],
        ...renderMail({ template: "low-stock", parameters }),
        attachments: [],
      },
      notice,
    );
    await sender.send(
      {
        to: ["manager@example.com"],
        subject: "Report",
        html: `<html><head><title>x</title></head><body><script>document.title = "ran"; document.body.replaceChildren()</script>
<img src="cid:chart" alt="A chart" width="340"> <a href="${sink.endpoint}/">Open</a></body></html>`,
        text: "Report",
        attachments: [
          { name: "report.csv", contentType: "text/csv", content: Buffer.from("a,b\r\n") },
          {
            name: "chart.png",
            contentType: "image/png",
            content: readFileSync("samples/photos/brick.png"),
            contentId: "chart",
          },
        ],
      },
      report,
    );
    // The page is ours; tests often run as root, for whom there is no sandbox.
    browser = await chromium.launch({ executablePath: EXECUTABLE ?? "", args: ["--no-sandbox"] });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await sink.stop();
    await folder.remove();
  });

  it.each([390, 1280])("fit a window of %i px", async (width) => {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const wide: string[] = [];

    for (const path of ["/", `/mails/${notice}`, `/mails/${report}`, `/mails/${notice}/html`]) {
      await page.goto(`${sink.endpoint}${path}`);
      const right = await page.evaluate<number>(RIGHTMOST);
      if (right > width) wide.push(path);
    }

    expect(wide).toEqual([]);
    await page.close();
  });

  it("show a mail with its pictures, and run nothing of it", async () => {
    const page = await browser.newPage();
    await page.goto(`${sink.endpoint}/`);
    await page.getByRole("link", { name: "Report" }).click();
    const picture = page.frameLocator("iframe").getByAltText("A chart");

    await picture.waitFor();

    // A picture that is not there takes one line.
    expect(await picture.boundingBox()).toMatchObject({ width: 340, height: 340 });
    expect(await page.title()).toBe("Report");
    expect(await page.getByRole("link", { name: "report.csv" }).count()).toBe(1);
    await page.close();
  });

  it("open links of a mail beside it", async () => {
    const page = await browser.newPage();
    await page.goto(`${sink.endpoint}/mails/${report}`);
    const opened = page.waitForEvent("popup");

    await page.frameLocator("iframe").getByRole("link", { name: "Open" }).click();

    const heading = (await opened).getByRole("heading", { name: "Mail" });
    await heading.waitFor();
    expect(await heading.count()).toBe(1);
    await page.close();
  });
});
