import { describeClaimStore } from "../../contract/claim-store.ts";
import { describeProductStore } from "../../contract/product-store.ts";
import { describeReportFiles } from "../../contract/report-files.ts";
import { describeJobStore } from "../../contract/job-store.ts";
import { describeReportStore } from "../../contract/report-store.ts";
import { describeRequestStore } from "../../contract/request-store.ts";
import { MemoryClaimStore } from "../../helpers/memory-claim-store.ts";
import { MemoryProductStore } from "../../helpers/memory-product-store.ts";
import { memoryJobStore } from "../../helpers/memory-job-store.ts";
import { MemoryReportStore } from "../../helpers/memory-report-store.ts";
import { MemoryReportFiles } from "../../helpers/memory-reports.ts";
import { MemoryRequestStore } from "../../helpers/memory-request-store.ts";

describeClaimStore("MemoryClaimStore", () => new MemoryClaimStore());
describeProductStore("MemoryProductStore", () => new MemoryProductStore());
describeReportFiles("MemoryReportFiles", () => new MemoryReportFiles());
describeJobStore("memoryJobStore", memoryJobStore);
describeReportStore("MemoryReportStore", () => new MemoryReportStore());
describeRequestStore("MemoryRequestStore", () => new MemoryRequestStore());
