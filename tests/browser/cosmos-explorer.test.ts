import { existsSync } from "node:fs";

import { type Browser, type Page, chromium } from "playwright-core";

import { newContainer, startLocalCosmos, type Doc, type LocalCosmos } from "../helpers/cosmos.ts";

/** `CHROMIUM` names another; without one there is nothing to look with, and these tests are skipped. */
const EXECUTABLE = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
const describeInBrowser = EXECUTABLE === undefined ? describe.skip : describe;

describeInBrowser("the explorer of the local Cosmos DB", () => {
  let cosmos: LocalCosmos;
  let browser: Browser;
  let page: Page;
  let container = "";

  beforeAll(async () => {
    cosmos = await startLocalCosmos();
    const made = await newContainer(cosmos.database);
    container = made.id;
    for (let n = 0; n < 60; n += 1) {
      await made.items.create<Doc>({ id: `item-${n}`, pk: "<b>ä</b>" });
    }
    // The page is ours; tests often run as root, for whom there is no sandbox.
    browser = await chromium.launch({ executablePath: EXECUTABLE ?? "", args: ["--no-sandbox"] });
    page = await browser.newPage();
    await page.goto(`${cosmos.server.endpoint}/`);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await cosmos.stop();
  });

  it("lists the containers, and shows the items of one, a page at a time", async () => {
    await page.getByRole("button", { name: container }).click();
    await page.getByText(/^50 rows/u).waitFor();
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText(/^10 rows/u).waitFor();

    const result = await page.getByLabel("Result").textContent();

    expect(result).toContain('"id": "item-59"');
    expect(result).toContain('"pk": "<b>ä</b>"');
  });

  it("runs a query, and says where one is wrong", async () => {
    await page.getByLabel("Query").fill("SELECT VALUE COUNT(1) FROM c");
    await page.getByLabel("Query").press("Control+Enter");
    await page.getByText(/^1 rows/u).waitFor();
    const counted = await page.getByLabel("Result").textContent();
    await page.getByLabel("Query").fill("SELECT * FROM c WHERE c.order = 1");
    await page.getByRole("button", { name: /^Run/u }).click();
    await page.getByText(/Syntax error.*characters 24 to 29/u).waitFor();

    expect(JSON.parse(counted ?? "")).toEqual([60]);
    await expect(page.getByLabel("Result").textContent()).resolves.toBe("");
  });

  it("fits a narrow window", async () => {
    await page.setViewportSize({ width: 390, height: 800 });

    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");

    expect(overflow).toBeLessThanOrEqual(0);
  });
});
