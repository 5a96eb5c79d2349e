import { makeStartJob } from "../../../../src/domain/jobs/start-job.ts";
import { makeMailReport } from "../../../../src/domain/reports/mail-report.ts";
import { makeReportMail } from "../../../../src/domain/reports/report-mail.ts";
import { memoryJobStore } from "../../../helpers/memory-job-store.ts";
import { MemoryReportStore } from "../../../helpers/memory-report-store.ts";
import { MemoryReportFiles } from "../../../helpers/memory-reports.ts";
import { SAMPLE_REPORT } from "../../../helpers/sample-report.ts";

const now = () => new Date("2026-11-25T09:00:00.000Z");

const mailing = (recipients: readonly string[]) => {
  const jobs = memoryJobStore();
  const queue = { send: () => Promise.resolve(), deadLetter: () => Promise.resolve() };
  const mailReport = makeMailReport({
    recipients,
    startJob: makeStartJob({ jobs, queue, now }),
    idOf: (name) => `id of ${name}`,
  });
  return { jobs, mailReport };
};

describe("mailing a report", () => {
  it("starts one job of the day, however often it is asked for", async () => {
    const { jobs, mailReport } = mailing(["one@example.com", "two@example.com"]);

    await mailReport(SAMPLE_REPORT);
    await mailReport(SAMPLE_REPORT);

    expect(jobs.all()).toMatchObject([
      {
        id: "id of report-mail-2026-11-24",
        kind: "send-email",
        input: {
          to: ["one@example.com", "two@example.com"],
          template: "daily-report",
          parameters: { date: "2026-11-24" },
        },
      },
    ]);
  });

  it("starts nothing when there is nobody to send it to", async () => {
    const { jobs, mailReport } = mailing([]);

    await mailReport(SAMPLE_REPORT);

    expect(jobs.all()).toEqual([]);
  });
});

describe("the mail about a report", () => {
  const reports = new MemoryReportStore();
  const reportMail = makeReportMail({
    reports,
    render: () =>
      Promise.resolve({
        json: "{}",
        csv: "a,b",
        html: "<p>page</p>",
        pictures: [
          { id: "chart", title: "Chart", alternative: "A chart", png: new Uint8Array([1]) },
        ],
        mail: (link: string) => ({ subject: "Report", html: `<a href="${link}">`, text: link }),
      }),
    files: new MemoryReportFiles(),
    linkLifetimeMs: 3_600_000,
    now,
  });

  it("has its charts in it, its CSV attached, and a link to its page", async () => {
    await reports.insert(SAMPLE_REPORT);
    const link = "https://files.test/2026-11-24.html?until=2026-11-25T10:00:00.000Z";

    expect(await reportMail("2026-11-24")).toEqual({
      subject: "Report",
      html: `<a href="${link}">`,
      text: link,
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
    });
  });

  it("is not to be had for a day without a report", async () => {
    await expect(reportMail("2026-11-20")).rejects.toMatchObject({ code: "report-not-found" });
  });
});
