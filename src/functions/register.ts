import type { app } from "@azure/functions";

import type { CheckReadiness } from "../domain/health/check-readiness.ts";
import type { CreateUploadLink } from "../domain/images/create-upload-link.ts";
import type { MendImages } from "../domain/images/mend-images.ts";
import type { PutImage } from "../domain/images/put-image.ts";
import type { GetDownloadLink, GetImage, GetThumbnail } from "../domain/images/read-image.ts";
import type { RemoveImage } from "../domain/images/remove-image.ts";
import type { SettleImage } from "../domain/images/settle-image.ts";
import type { CallUrl } from "../domain/calls/call-url.ts";
import type { RemakeThumbnails } from "../domain/images/remake-thumbnails.ts";
import type { DeadLetterUseCases } from "../domain/jobs/dead-letters.ts";
import type { SendEmail } from "../domain/mail/send-email.ts";
import type { JobUseCases } from "../domain/jobs/use-cases.ts";
import type { ChangeProduct } from "../domain/products/change-product.ts";
import type { CreateProduct } from "../domain/products/create-product.ts";
import type { DeleteProduct } from "../domain/products/delete-product.ts";
import type {
  GetProduct,
  GetProductAudit,
  ListProducts,
} from "../domain/products/read-products.ts";
import type { ReportUseCases } from "../domain/reports/use-cases.ts";
import type { UserUseCases } from "../domain/users/use-cases.ts";
import { dailyReportFunction } from "./daily-report.ts";
import { discardDeadLetterFunction } from "./dead-letters/discard-dead-letter.ts";
import { listDeadLettersFunction } from "./dead-letters/list-dead-letters.ts";
import { replayDeadLetterFunction } from "./dead-letters/replay-dead-letter.ts";
import { httpFunction } from "./edge/http-function.ts";
import type { Edge } from "./edge/declaration.ts";
import type { HttpRoute } from "./edge/route.ts";
import { healthLiveFunction } from "./health/health-live.ts";
import { healthReadyFunction } from "./health/health-ready.ts";
import { createUploadLinkFunction } from "./images/create-upload-link.ts";
import { deleteImageFunction } from "./images/delete-image.ts";
import { getDownloadLinkFunction } from "./images/get-download-link.ts";
import { getImageFunction } from "./images/get-image.ts";
import { getThumbnailFunction } from "./images/get-thumbnail.ts";
import { makeThumbnailsFunction } from "./images/make-thumbnails.ts";
import { putImageFunction } from "./images/put-image.ts";
import { cancelJobFunction } from "./jobs/cancel-job.ts";
import { getJobFunction } from "./jobs/get-job.ts";
import { type JobKinds, jobKinds } from "./jobs/kinds.ts";
import { listJobsFunction } from "./jobs/list-jobs.ts";
import { retryJobFunction } from "./jobs/retry-job.ts";
import { runJobsFunction } from "./jobs/run-jobs.ts";
import { startJobFunction } from "./jobs/start-job.ts";
import { sweepJobsFunction } from "./jobs/sweep-jobs.ts";
import { createProductFunction } from "./products/create-product.ts";
import { deleteProductFunction } from "./products/delete-product.ts";
import { getProductAuditFunction } from "./products/get-product-audit.ts";
import { getProductFunction } from "./products/get-product.ts";
import { listProductsFunction } from "./products/list-products.ts";
import { replaceProductFunction } from "./products/replace-product.ts";
import { updateProductFunction } from "./products/update-product.ts";
import { generateReportFunction } from "./reports/generate-report.ts";
import { getReportFunction } from "./reports/get-report.ts";
import { listReportsFunction } from "./reports/list-reports.ts";
import { unmatchedFunction } from "./unmatched.ts";
import { upkeepFunction } from "./upkeep.ts";
import { createUserFunction } from "./users/create-user.ts";
import { deleteUserFunction } from "./users/delete-user.ts";
import { getOwnUserFunction } from "./users/get-own-user.ts";
import { getUserAuditFunction } from "./users/get-user-audit.ts";
import { getUserFunction } from "./users/get-user.ts";
import { listUsersFunction } from "./users/list-users.ts";
import { updateUserFunction } from "./users/update-user.ts";

export interface Application {
  readonly checkReadiness: CheckReadiness;
  readonly createProduct: CreateProduct;
  readonly getProduct: GetProduct;
  readonly getProductAudit: GetProductAudit;
  readonly listProducts: ListProducts;
  readonly changeProduct: ChangeProduct;
  readonly deleteProduct: DeleteProduct;
  readonly putImage: PutImage;
  readonly getImage: GetImage;
  readonly getThumbnail: GetThumbnail;
  readonly getDownloadLink: GetDownloadLink;
  readonly createUploadLink: CreateUploadLink;
  readonly removeImage: RemoveImage;
  readonly settleImage: SettleImage;
  readonly mendImages: MendImages;
  readonly remakeThumbnails: RemakeThumbnails;
  readonly callUrl: CallUrl;
  readonly sendEmail: SendEmail;
  readonly jobs: JobUseCases;
  readonly deadLetters: DeadLetterUseCases;
  readonly reports: ReportUseCases;
  readonly users: UserUseCases;
  readonly edge: Edge;
}

/** The part of the v4 `app` this application registers with. */
export type FunctionApp = Pick<typeof app, "http" | "serviceBusQueue" | "storageBlob" | "timer">;

const kindsOf = (application: Application): JobKinds =>
  jobKinds({ ...application, makeReport: application.reports.make });

/** The HTTP functions by name; the rest of the application is declared with them. */
export const httpRoutes = (
  application: Application,
  kinds: JobKinds = kindsOf(application),
): Readonly<Record<string, HttpRoute>> => ({
  cancelJob: cancelJobFunction(application.jobs.cancel),
  createImageUploadLink: createUploadLinkFunction(application.createUploadLink),
  createProduct: createProductFunction(application.createProduct),
  createUser: createUserFunction(application.users.create),
  deleteImage: deleteImageFunction(application.removeImage),
  deleteProduct: deleteProductFunction(application.deleteProduct),
  deleteUser: deleteUserFunction(application.users.delete),
  discardDeadLetter: discardDeadLetterFunction(application.deadLetters.discard),
  generateReport: generateReportFunction(application.reports.generate),
  getImage: getImageFunction(application.getImage),
  getImageDownloadLink: getDownloadLinkFunction(application.getDownloadLink),
  getImageThumbnail: getThumbnailFunction(application.getThumbnail),
  getJob: getJobFunction(application.jobs.get),
  getOwnUser: getOwnUserFunction(application.users.getOwn),
  getProduct: getProductFunction(application.getProduct),
  getProductAudit: getProductAuditFunction(application.getProductAudit),
  getReport: getReportFunction(application.reports.get),
  getUser: getUserFunction(application.users.get),
  getUserAudit: getUserAuditFunction(application.users.getAudit),
  healthLive: healthLiveFunction(),
  healthReady: healthReadyFunction(application.checkReadiness),
  listDeadLetters: listDeadLettersFunction(application.deadLetters.list),
  listJobs: listJobsFunction(application.jobs.list),
  listProducts: listProductsFunction(application.listProducts),
  listReports: listReportsFunction(application.reports.list),
  listUsers: listUsersFunction(application.users.list),
  putImage: putImageFunction(application.putImage),
  replayDeadLetter: replayDeadLetterFunction(application.deadLetters.replay),
  replaceProduct: replaceProductFunction(application.changeProduct),
  retryJob: retryJobFunction(application.jobs.retry),
  startJob: startJobFunction(application.jobs.start, kinds),
  updateProduct: updateProductFunction(application.changeProduct),
  updateUser: updateUserFunction(application.users.change),
});

/** Table of contents of the application: one line per function. */
export const registerFunctions = (host: FunctionApp, application: Application): void => {
  const kinds = kindsOf(application);
  const routes = httpRoutes(application, kinds);
  for (const [name, route] of Object.entries(routes)) {
    host.http(name, httpFunction(route, application.edge));
  }
  host.storageBlob("makeThumbnails", makeThumbnailsFunction(application.settleImage));
  host.timer("dailyReport", dailyReportFunction(application.reports.startDaily));
  host.serviceBusQueue(
    "runJobs",
    runJobsFunction(application.jobs.runner(kinds), application.jobs.deadLetter),
  );
  host.timer("sweepJobs", sweepJobsFunction(application.jobs.sweep(kinds)));
  host.timer("upkeep", upkeepFunction(application.mendImages, application.reports.mend));
  // Last in the order of names, which is the order in which the host tries routes.
  host.http("zUnmatched", unmatchedFunction(Object.values(routes)));
};
