import type { ReportFiles } from "../../src/domain/reports/report-forms.ts";

/** What each ReportFiles must do, the fake as well as the adapter. */
export const describeReportFiles = (name: string, make: () => ReportFiles): void => {
  describe(`${name} as ReportFiles`, () => {
    const text = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);

    it("gives back what was written last, each form of each day by itself", async () => {
      const files = make();
      await files.write("2024-02-29", "json", "old");
      await files.write("2024-02-29", "json", "{} 日本");
      await files.write("2024-02-29", "csv", "a,b");
      await files.write("2024-03-01", "csv", "c,d");

      const read = await Promise.all([
        files.read("2024-02-29", "json"),
        files.read("2024-02-29", "csv"),
        files.read("2024-03-01", "csv"),
      ]);

      expect(read.map(text)).toEqual(["{} 日本", "a,b", "c,d"]);
    });

    it("knows nothing of what was not written", async () => {
      expect(await make().read("2020-01-01", "html")).toBeUndefined();
    });
  });
};
