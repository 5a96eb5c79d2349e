import type { Mail } from "../../../../src/domain/mail/mail.ts";
import { makeMailReport } from "../../../../src/domain/reports/mail-report.ts";
import { MemoryReportFiles } from "../../../helpers/memory-reports.ts";
import { SAMPLE_REPORT } from "../../../helpers/sample-report.ts";

const rendered = {
  json: "{}",
  csv: "a,b",
  html: "<p>page</p>",
  pictures: [{ id: "chart", title: "Chart", alternative: "A chart", png: new Uint8Array([1]) }],
  mail: (link: string) => ({ subject: "Report", html: `<a href="${link}">`, text: link }),
};

const lab = (recipients: readonly string[]) => {
  const sent: { readonly mail: Mail; readonly key: string }[] = [];
  const mailReport = makeMailReport({
    recipients,
    sender: {
      send: (mail, key) => {
        sent.push({ mail, key });
        return Promise.resolve();
      },
    },
    files: new MemoryReportFiles(),
    linkLifetimeMs: 3_600_000,
    idOf: (name) => `id of ${name}`,
    now: () => new Date("2026-11-25T09:00:00.000Z"),
  });
  return { sent, mailReport };
};

describe("mailing a report", () => {
  it("sends one mail to all, under a key made of the day", async () => {
    const { sent, mailReport } = lab(["one@example.com", "two@example.com"]);

    await mailReport(SAMPLE_REPORT, rendered);

    expect(sent).toEqual([
      {
        key: "id of report-mail-2026-11-24",
        mail: {
          to: ["one@example.com", "two@example.com"],
          ...rendered.mail("https://files.test/2026-11-24.html?until=2026-11-25T10:00:00.000Z"),
          attachments: [
            {
              name: "stockroom-report-2026-11-24.csv",
              contentType: "text/csv",
              content: new TextEncoder().encode("a,b"),
            },
            {
              name: "chart.png",
              contentType: "image/png",
              content: new Uint8Array([1]),
              contentId: "chart",
            },
          ],
        },
      },
    ]);
  });

  it("sends nothing when there is nobody to send it to", async () => {
    const { sent, mailReport } = lab([]);

    await mailReport(SAMPLE_REPORT, rendered);

    expect(sent).toEqual([]);
  });
});
