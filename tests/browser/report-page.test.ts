import { existsSync } from "node:fs";

import { type Browser, type Page, chromium } from "playwright-core";
import sharp from "sharp";

import { renderReport } from "../../src/adapters/report-forms/render-report.ts";
import { SAMPLE_REPORT } from "../helpers/sample-report.ts";

/** `CHROMIUM` names another; without one there is nothing to look with, and these tests are skipped. */
const EXECUTABLE = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
const describeInBrowser = EXECUTABLE === undefined ? describe.skip : describe;

/** A folder for pictures of what the tests look at; those in the documentation were made so. */
const SCREENSHOTS = process.env["SCREENSHOTS"];

/** Elements that stick out of the window or out of what holds them. Runs in the page. */
const OVERFLOWING = `
  [...document.querySelectorAll("body *:not(svg *)")]
    .filter((element) => element.getClientRects().length > 0 && element.tagName !== "THEAD")
    .filter((element) => !element.closest("thead") || innerWidth > 768)
    .filter((element) => {
      const { right, left } = element.getBoundingClientRect();
      return right > innerWidth + 0.5 || left < -0.5 || element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline";
    })
    .map((element) => element.outerHTML.slice(0, 120))`;

/** Texts whose contrast to the ground behind them, by WCAG, is below 4.5. Runs in the page. */
const FAINT = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""))
    .map((element) => {
      const style = getComputedStyle(element);
      const color = element.closest("svg") ? style.fill : style.color;
      const [light, dark] = [luminance(color), luminance(groundOf(element))].sort((a, b) => b - a);
      return [element.textContent.slice(0, 40), (light + 0.05) / (dark + 0.05)];
    })
    .filter(([, contrast]) => contrast < 4.5);
})()`;

describeInBrowser("the page of a report in a browser", () => {
  let browser: Browser;
  let html: string;

  beforeAll(async () => {
    ({ html } = await renderReport(SAMPLE_REPORT));
    browser = await chromium.launch({
      executablePath: EXECUTABLE ?? "",
      // The page is ours; tests often run as root, for whom there is no sandbox.
      args: ["--no-sandbox"],
    });
  }, 60_000);

  afterAll(() => browser.close());

  const opened = async (width: number, colorScheme: "dark" | "light"): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page.setContent(html);
    return page;
  };

  it.each([
    [390, "light"],
    [390, "dark"],
    [1280, "light"],
    [1280, "dark"],
  ] as const)(
    "fits into %i px, %s, and can be read",
    async (width, scheme) => {
      const page = await opened(width, scheme);
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));

      expect(await page.evaluate(OVERFLOWING)).toEqual([]);
      expect(await page.evaluate(FAINT)).toEqual([]);
      expect(complaints).toEqual([]);
      if (SCREENSHOTS !== undefined) {
        const picture = sharp(await page.screenshot({ fullPage: true })).png({ palette: true });
        await picture.toFile(`${SCREENSHOTS}/report-${width}-${scheme}.png`);
      }
      await page.close();
    },
    60_000,
  );

  it("fits onto paper", async () => {
    const page = await opened(794, "dark");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });

    expect(await page.evaluate(OVERFLOWING)).toEqual([]);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
      "rgb(255, 255, 255)",
    );
    await page.close();
  }, 60_000);
});
