import {
  makeGenerateReport,
  makeMendReports,
  makeStartDailyReport,
  type ReportJob,
  type ReportJobs,
} from "../../../../src/domain/reports/start-report.ts";
import { makeGetReport, makeListReports } from "../../../../src/domain/reports/read-reports.ts";
import { MemoryReportStore } from "../../../helpers/memory-report-store.ts";
import { MemoryReportFiles } from "../../../helpers/memory-reports.ts";
import { SAMPLE_REPORT } from "../../../helpers/sample-report.ts";

/** Jobs by id; what was started and what was tried again. */
class MemoryReportJobs implements ReportJobs {
  readonly jobs = new Map<string, ReportJob>();
  readonly started: string[] = [];
  readonly retried: string[] = [];

  start({ id }: { readonly id: string }): Promise<ReportJob> {
    const found = this.jobs.get(id);
    if (found) return Promise.resolve(found);
    const job: ReportJob = { id, status: "NotStarted" };
    this.jobs.set(id, job);
    this.started.push(id);
    return Promise.resolve(job);
  }

  retry({ id }: { readonly id: string }): Promise<ReportJob> {
    this.retried.push(id);
    return this.end(id, "NotStarted");
  }

  end(id: string, status: ReportJob["status"], endedAt?: string): Promise<ReportJob> {
    const job = { id, status, endedAt };
    this.jobs.set(id, job);
    return Promise.resolve(job);
  }
}

const lab = (at: string) => {
  const clock = { now: new Date(at) };
  const jobs = new MemoryReportJobs();
  const reports = new MemoryReportStore();
  const files = new MemoryReportFiles();
  const mail = (link: string) => ({ subject: "a report", html: link, text: link });
  const render = () =>
    Promise.resolve({ json: "a report", csv: "a report", html: "a report", pictures: [], mail });
  const deps = { jobs, reports, files, render, now: () => clock.now, lateAfterMs: 10 * 3_600_000 };
  return {
    clock,
    jobs,
    reports,
    files,
    startDaily: makeStartDailyReport(deps),
    generate: makeGenerateReport(deps),
    mend: makeMendReports(deps),
    get: makeGetReport(deps),
    list: makeListReports(reports),
  };
};

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

describe("the daily report", () => {
  it.each([
    ["2026-11-25T09:00:00.000Z", "2026-11-24"],
    ["2026-11-25T00:00:00.000Z", "2026-11-24"],
    ["2026-11-25T23:59:59.999Z", "2026-11-24"],
    ["2024-03-01T09:00:00.000Z", "2024-02-29"],
    ["2023-03-01T09:00:00.000Z", "2023-02-28"],
    ["2027-01-01T09:00:00.000Z", "2026-12-31"],
  ])("that is started at %s is that of %s", async (at, day) => {
    const { startDaily, jobs } = lab(at);

    await startDaily("1");

    expect(jobs.started).toEqual([`daily-report-${day}`]);
  });

  it("is one, however often and wherever its timer fires", async () => {
    const { startDaily, jobs } = lab("2026-11-25T09:00:00.000Z");

    await Promise.all(Array.from({ length: 20 }, (_, index) => startDaily(String(index))));

    expect(jobs.started).toEqual(["daily-report-2026-11-24"]);
  });

  it("is one when the clock jumps back to the day before and forth again", async () => {
    const { startDaily, jobs, clock } = lab("2026-11-25T00:00:01.000Z");

    await startDaily("1");
    clock.now = new Date("2026-11-24T23:59:59.000Z");
    await startDaily("2");
    clock.now = new Date("2026-11-25T00:00:02.000Z");
    await startDaily("3");

    expect(jobs.started).toEqual(["daily-report-2026-11-24", "daily-report-2026-11-23"]);
  });

  it("is tried again when it failed", async () => {
    const { startDaily, jobs } = lab("2026-11-25T09:00:00.000Z");
    await jobs.end("daily-report-2026-11-24", "Failed", "2026-11-25T08:00:00.000Z");

    await startDaily("1");

    expect(jobs.retried).toEqual(["daily-report-2026-11-24"]);
  });
});

describe("a report on demand", () => {
  it("is not made of a day that is not over", async () => {
    const { generate } = lab("2026-11-25T09:00:00.000Z");

    await expect(generate("2026-11-25", "1")).rejects.toEqual(code("report-day-not-over"));
    await expect(generate("2026-11-26", "1")).rejects.toEqual(code("report-day-not-over"));
  });

  it("starts the job of a day without one", async () => {
    const { generate, jobs } = lab("2026-11-25T09:00:00.000Z");

    const generated = await generate("2024-02-29", "1");

    expect(generated).toEqual({ job: { id: "daily-report-2024-02-29", status: "NotStarted" } });
    expect(jobs.started).toEqual(["daily-report-2024-02-29"]);
  });

  it("draws the files of a day that has one anew, and starts no job", async () => {
    const { generate, jobs, reports, files } = lab("2026-11-25T09:00:00.000Z");
    await reports.insert(SAMPLE_REPORT);
    await reports.mark(SAMPLE_REPORT.day, "readyAt", "2026-11-25T09:00:05.000Z");
    await reports.mark(SAMPLE_REPORT.day, "settledAt", "2026-11-25T09:00:06.000Z");

    const generated = await generate(SAMPLE_REPORT.day, "1");

    expect(generated).toEqual({ stored: await reports.get(SAMPLE_REPORT.day) });
    expect(files.files.size).toBe(3);
    expect(jobs.started).toEqual([]);
  });
});

describe("upkeep of reports", () => {
  it("starts what is missing of the last seven days, the earliest first", async () => {
    const { mend, reports } = lab("2026-11-25T11:00:00.000Z");
    for (const day of ["2026-11-22", "2026-11-24"]) {
      await reports.insert({ ...SAMPLE_REPORT, day });
      await reports.mark(day, "settledAt", "2026-11-25T09:00:05.000Z");
    }
    // Its figures are there, but its process died before the files were.
    await reports.insert({ ...SAMPLE_REPORT, day: "2026-11-20" });
    // Its files are there, but its mail could not be sent.
    await reports.insert({ ...SAMPLE_REPORT, day: "2026-11-21" });
    await reports.mark("2026-11-21", "readyAt", "2026-11-25T09:00:05.000Z");

    const mended = await mend("1");

    expect(mended).toEqual(["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-23"]);
  });

  it("leaves yesterday to the timer until it is late", async () => {
    const { mend, clock, jobs } = lab("2026-11-25T09:59:59.999Z");

    await mend("1");
    const before = [...jobs.started];
    clock.now = new Date("2026-11-25T10:00:00.000Z");
    await mend("2");

    expect(before).not.toContain("daily-report-2026-11-24");
    expect(jobs.started).toEqual([...before, "daily-report-2026-11-24"]);
  });

  it("goes on to the other days when one cannot be started", async () => {
    const { mend, jobs } = lab("2026-11-25T11:00:00.000Z");
    const start = jobs.start.bind(jobs);
    jobs.start = (job) =>
      job.id.endsWith("-19") ? Promise.reject(new Error("not this one")) : start(job);

    const mending = mend("1");

    await expect(mending).rejects.toThrow("1 reports could not be made");
    expect(jobs.started).toHaveLength(6);
  });

  it("tries a job that failed again, but not at once", async () => {
    const { mend, clock, jobs } = lab("2026-11-25T11:00:00.000Z");
    await mend("1");
    await jobs.end("daily-report-2026-11-24", "Failed", "2026-11-25T11:00:00.000Z");

    const tooEarly = await mend("2");
    clock.now = new Date("2026-11-25T12:00:00.000Z");
    await mend("3");

    expect(tooEarly).not.toContain("2026-11-24");
    expect(jobs.retried).toEqual(["daily-report-2026-11-24"]);
  });
});

describe("reading a report", () => {
  it("finds none while it is being made, nor of what is no day", async () => {
    const { get, reports } = lab("2026-11-25T09:00:00.000Z");
    await reports.insert(SAMPLE_REPORT);

    await expect(get(SAMPLE_REPORT.day, "json")).rejects.toEqual(code("report-not-found"));
    await expect(get("2026-02-30", "json")).rejects.toEqual(code("report-not-found"));
  });

  it("draws a file that is lost anew", async () => {
    const { get, reports, files } = lab("2026-11-25T09:00:00.000Z");
    await reports.insert(SAMPLE_REPORT);
    await reports.mark(SAMPLE_REPORT.day, "readyAt", "2026-11-25T09:00:05.000Z");

    const content = await get(SAMPLE_REPORT.day, "csv");

    expect(new TextDecoder().decode(content)).toBe("a report");
    expect(files.files.size).toBe(3);
  });

  it("lists page by page", async () => {
    const { list, reports } = lab("2026-11-25T09:00:00.000Z");
    for (const day of ["2026-11-22", "2026-11-23", "2026-11-24"]) {
      await reports.insert({ ...SAMPLE_REPORT, day });
      await reports.mark(day, "readyAt", "2026-11-25T09:00:05.000Z");
    }

    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, before: first.next });

    expect(
      [first, second].map(({ reports: page }) => page.map(({ report }) => report.day)),
    ).toEqual([["2026-11-24", "2026-11-23"], ["2026-11-22"]]);
    expect(second.next).toBeUndefined();
  });
});
