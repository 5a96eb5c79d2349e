import sharp from "sharp";

import { SharpThumbnailer } from "../../../src/adapters/sharp/sharp-thumbnailer.ts";
import { outlineText } from "../../../src/adapters/report-forms/outline-text.ts";
import { renderReport } from "../../../src/adapters/report-forms/render-report.ts";
import { comparisonOf } from "../../../src/domain/reports/report.ts";
import type { RenderedReport } from "../../../src/domain/reports/report-forms.ts";
import { SAMPLE_REPORT } from "../../helpers/sample-report.ts";

let rendered: RenderedReport;

beforeAll(async () => {
  rendered = await renderReport(SAMPLE_REPORT);
});

describe("the CSV of a report", () => {
  it("has one figure a row and the same columns in each", () => {
    const rows = rendered.csv.split("\r\n");

    expect(rows[0]).toBe("\uFEFFdate,section,group,figure,unit,value,dayBefore,meanOfSevenDays");
    expect(rows).toContain("2026-11-24,headlines,,created,count,42,29,40.71");
    expect(rows).toContain("2026-11-24,headlines,,value,KWD,9007199254740.993,,");
    expect(rows).toContain("2026-11-24,jobs,call-url,durationP95,milliseconds,4350,,");
  });

  it("gives a spreadsheet no formula to run", () => {
    const hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1"];

    return Promise.all(
      hostile.map(async (category) => {
        const [first] = SAMPLE_REPORT.figures.categories;
        const figures = { ...SAMPLE_REPORT.figures, categories: [{ ...first!, category }] };

        const { csv } = await renderReport({ ...SAMPLE_REPORT, figures });

        const cells = csv.split(/,|\r\n/u).map((cell) => cell.replace(/^"/u, ""));
        expect(cells.filter((cell) => /^[=+\-@\t\r＝＋－＠]/u.test(cell))).toEqual([]);
      }),
    );
  });
});

describe("the JSON of a report", () => {
  it("holds the figures, exact, and their comparison", () => {
    const json: unknown = JSON.parse(rendered.json);

    expect(json).toEqual(
      expect.objectContaining({
        date: "2026-11-24",
        measuredAt: SAMPLE_REPORT.measuredAt,
        products: SAMPLE_REPORT.figures.products,
        categories: SAMPLE_REPORT.figures.categories,
        comparison: comparisonOf(SAMPLE_REPORT),
      }),
    );
  });
});

describe("the page of a report", () => {
  it("shows what people wrote as text and nothing else", () => {
    expect(rendered.html).not.toContain("<script");
    expect(rendered.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(rendered.html.match(/ on\w+=/gu)).toBeNull();
  });

  it("refers to nothing outside itself", () => {
    const references = rendered.html.match(/(?:src|href|url|@import)\s*[=(][^>\s]*/gu) ?? [];

    expect(references.filter((text) => !text.includes("HYPERLINK"))).toEqual([]);
    expect(rendered.html).toContain('content="default-src &#39;none&#39;');
  });

  it("tells each chart in words", () => {
    const charts = rendered.html.match(/<svg role="img" aria-labelledby="[^"]+"/gu);

    expect(charts).toHaveLength(4);
    expect(rendered.html).toContain("24 Nov: 42 created, 318 changed, 7 deleted");
  });

  it("is the same each time", async () => {
    expect((await renderReport(SAMPLE_REPORT)).html).toBe(rendered.html);
  });
});

describe("the mail about a report", () => {
  const link = "https://files.test/report.html?sig=a%2Bb&se=1";

  it("has a text and a page that say the same and lead to the report", () => {
    const { subject, html, text } = rendered.mail(link);

    expect(subject).toBe("Stockroom report, Tuesday, 24 November 2026");
    expect(text).toContain(link);
    expect(html).toContain(`<a href="${link.replace("&", "&amp;")}"`);
    expect(text).toContain("Products created: 42 (day before 29, mean of seven days 40.7)");
    expect(html).not.toContain("<script");
  });

  it("shows each picture that it carries, with a text in its place, and no other", () => {
    const { html } = rendered.mail(link);

    const shown = [...html.matchAll(/<img src="cid:(?<id>[\w-]+)" alt="[^"]{20,}"/gu)];
    expect(shown.map(({ groups }) => groups?.["id"])).toEqual(
      rendered.pictures.map(({ id }) => id),
    );
    expect(html.match(/ (?:src|background)="(?!cid:)/gu)).toBeNull();
  });
});

describe("the pictures of a report", () => {
  it("are PNGs of twice the chart's size", async () => {
    const sizes = await Promise.all(
      rendered.pictures.map(async ({ png }) => {
        const { format, width } = await sharp(png).metadata();
        return { format, width };
      }),
    );

    expect(sizes).toEqual(sizes.map(() => ({ format: "png", width: 680 })));
    expect(sizes).toHaveLength(4);
  });

  it("are drawn also after the process has read an image, and shut the loaders of others", async () => {
    const thumbnailer = new SharpThumbnailer({ maxPixels: 1e6, timeoutMs: 30_000, atOnce: 1 });
    const reading = await thumbnailer.make(rendered.pictures[0]?.png ?? new Uint8Array(), [160]);

    const again = await renderReport(SAMPLE_REPORT);

    expect(reading).toMatchObject({ kind: "png" });
    expect(again.pictures).toEqual(rendered.pictures);
  });

  it("need no font: what was text are outlines", () => {
    const svg =
      '<svg><text text-anchor="end" dominant-baseline="central" style="font-size:12px;" transform="translate(5 5)" fill="#123456">A&lt;日</text></svg>';

    const drawn = outlineText(svg);

    expect(drawn).not.toContain("<text");
    expect(drawn.match(/<path /gu)).toHaveLength(3);
    expect(drawn).toContain('fill="#123456"');
  });
});
