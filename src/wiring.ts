/** Composition root: the only file that knows which adapter stands behind which port. */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

import type { Container } from "@azure/cosmos";
import type { TokenCredential } from "@azure/identity";
import type { ServiceBusClient } from "@azure/service-bus";
import type { BlobServiceClient } from "@azure/storage-blob";

import { BlobBookmarks } from "./adapters/blob/blob-bookmarks.ts";
import { BlobLinks } from "./adapters/blob/blob-links.ts";
import { BlobReportFiles } from "./adapters/blob/blob-report-files.ts";
import { BlobSigner } from "./adapters/blob/blob-signer.ts";
import { BlobThumbnailStore } from "./adapters/blob/blob-thumbnail-store.ts";
import { BlobUploadStore } from "./adapters/blob/blob-upload-store.ts";
import type { BLOB_CONTAINERS } from "./adapters/blob/containers.ts";
import { openStorage, storageProbe } from "./adapters/blob/open-storage.ts";
import { CosmosClaimStore } from "./adapters/cosmos/cosmos-claim-store.ts";
import type { ContainerId } from "./adapters/cosmos/containers.ts";
import { cosmosProbe, openDatabase } from "./adapters/cosmos/cosmos-database.ts";
import { CosmosImageRecords } from "./adapters/cosmos/cosmos-image-records.ts";
import { CosmosJobFigures } from "./adapters/cosmos/cosmos-job-figures.ts";
import { CosmosJobStore } from "./adapters/cosmos/cosmos-job-store.ts";
import { CosmosProductFigures } from "./adapters/cosmos/cosmos-product-figures.ts";
import { CosmosProductStore } from "./adapters/cosmos/cosmos-product-store.ts";
import { CosmosReportStore } from "./adapters/cosmos/cosmos-report-store.ts";
import { CosmosRequestStore } from "./adapters/cosmos/cosmos-request-store.ts";
import { SharpThumbnailer } from "./adapters/sharp/sharp-thumbnailer.ts";
import { CosmosUserStore } from "./adapters/cosmos/cosmos-user-store.ts";
import { CommunicationMailSender } from "./adapters/email/communication-mail-sender.ts";
import { EntraTokenVerifier } from "./adapters/entra/entra-token-verifier.ts";
import { uuidOfName } from "./adapters/uuid-of-name.ts";
import { uuidV7 } from "./adapters/uuid-v7.ts";
import { openServiceBus, serviceBusProbe } from "./adapters/service-bus/open-service-bus.ts";
import { ServiceBusJobQueue } from "./adapters/service-bus/service-bus-job-queue.ts";
import { ServiceBusDeadLetters } from "./adapters/service-bus/service-bus-dead-letters.ts";
import { GuardedHttpSender } from "./adapters/http/guarded-http-sender.ts";
import { StandardWebhooksSigner } from "./adapters/http/standard-webhooks-signer.ts";
import type { Config } from "./config.ts";
import { isExempt } from "./domain/calls/call-target.ts";
import { type CallUrl, makeCallUrl } from "./domain/calls/call-url.ts";
import { makeMakeCall } from "./domain/calls/make-call.ts";
import { makeClaimValue } from "./domain/claims/claims.ts";
import { once } from "./domain/once.ts";
import { makeCheckReadiness } from "./domain/health/check-readiness.ts";
import { MAX_PIXELS } from "./domain/images/image.ts";
import { type ImageDeps, makeImageUseCases } from "./domain/images/use-cases.ts";
import { makeRemakeThumbnails } from "./domain/images/remake-thumbnails.ts";
import { type DeadLetters, makeDeadLetterUseCases } from "./domain/jobs/dead-letters.ts";
import { startThumbnailsOfProduct } from "./domain/images/start-thumbnails.ts";
import { type JobUseCases, makeJobUseCases } from "./domain/jobs/use-cases.ts";
import { makeChangeProduct } from "./domain/products/change-product.ts";
import { makeCreateProduct } from "./domain/products/create-product.ts";
import { makeDeleteProduct } from "./domain/products/delete-product.ts";
import { makeGetProduct, makeGetProductAudit } from "./domain/products/read-products.ts";
import { makeSkuOwners } from "./domain/products/sku-claims.ts";
import { makeCountDeadLetters } from "./domain/reports/count-dead-letters.ts";
import { makeReportJobs } from "./domain/reports/report-jobs.ts";
import { makeMailReport } from "./domain/reports/mail-report.ts";
import { makeReportMail, type ReportMail } from "./domain/reports/report-mail.ts";
import { makeMakeReport } from "./domain/reports/make-report.ts";
import { makeSendEmail } from "./domain/mail/send-email.ts";
import type { Report } from "./domain/reports/report.ts";
import { makeReportUseCases, type ReportUseCases } from "./domain/reports/use-cases.ts";
import { makeAnswerOnce } from "./domain/requests/repeatable-request.ts";
import { makeUserUseCases } from "./domain/users/use-cases.ts";
import type { Application } from "./functions/register.ts";
import { observeAttempt, observeMessage } from "./telemetry/observe-job.ts";

const READ_IMAGE_WITHIN_MS = 30_000;
const CALL_TIMEOUT_MS = 30_000;
const READINESS_DEADLINE_MS = 2_000;

/** The identity's packages are large and not needed where connection strings are used. */
const credential = (managedIdentityClientId: string | undefined) =>
  once(async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential } = await import("@azure/identity");
    return new DefaultAzureCredential(
      managedIdentityClientId === undefined ? {} : { managedIdentityClientId },
    );
  });

const now = (): Date => new Date();
const newId = (): string => uuidV7(now());

const blobContainer =
  (storage: () => Promise<BlobServiceClient>, name: (typeof BLOB_CONTAINERS)[number]) => async () =>
    (await storage()).getContainerClient(name);

const imageDeps = (
  config: Config,
  products: () => Promise<Container>,
  storage: () => Promise<BlobServiceClient>,
): ImageDeps => ({
  records: new CosmosImageRecords(products),
  uploads: new BlobUploadStore(blobContainer(storage, "uploads")),
  thumbnails: new BlobThumbnailStore(blobContainer(storage, "thumbnails")),
  links: new BlobLinks(storage, "uploads", now),
  bookmarks: new BlobBookmarks(blobContainer(storage, "upkeep")),
  thumbnailer: new SharpThumbnailer({
    maxPixels: MAX_PIXELS,
    timeoutMs: READ_IMAGE_WITHIN_MS,
    atOnce: availableParallelism(),
  }),
  widthsPx: config.images.widthsPx,
  linkLifetimeMs: config.images.linkSeconds * 1000,
  lateAfterMs: config.images.lateSeconds * 1000,
  now,
});

/** Nobody waits for the sums over all products, and the local database gives each at once and not in pages. */
const SUMS_WITHIN_MS = 120_000;

interface ReportServices {
  readonly container: (id: ContainerId) => () => Promise<Container>;
  readonly storage: () => Promise<BlobServiceClient>;
  readonly deadLetters: DeadLetters;
  readonly jobs: JobUseCases;
}

const reportUseCases = (
  config: Config,
  { container, storage, deadLetters, jobs }: ReportServices,
): { readonly useCases: ReportUseCases; readonly reportMail: ReportMail } => {
  const patient = once(() =>
    openDatabase(
      { ...config.cosmos, requestTimeoutMs: SUMS_WITHIN_MS },
      credential(config.cosmos.clientId),
    ),
  );
  const deps = {
    sources: {
      products: new CosmosProductFigures(async () => (await patient()).container("products")),
      jobs: new CosmosJobFigures(container("jobs")),
      countDeadLetters: makeCountDeadLetters(deadLetters),
    },
    reports: new CosmosReportStore(container("reports")),
    files: new BlobReportFiles(
      blobContainer(storage, "reports"),
      new BlobSigner(storage, "reports", now),
    ),
    // Drawing takes large packages, and happens once a day.
    render: async (report: Report) => {
      const { renderReport } = await import("./adapters/report-forms/render-report.ts");
      return renderReport(report);
    },
    lateAfterMs: config.reports.lateHours * 3_600_000,
    now,
  };
  const mailReport = makeMailReport({
    // Without a sender there is no mail.
    recipients: config.email.sender === undefined ? [] : config.reports.recipients,
    startJob: jobs.start,
    idOf: uuidOfName,
  });
  const make = makeMakeReport({ ...deps, mailReport });
  return {
    useCases: { make, ...makeReportUseCases({ ...deps, jobs: makeReportJobs(jobs) }) },
    reportMail: makeReportMail({
      ...deps,
      linkLifetimeMs: config.reports.linkSeconds * 1000,
    }),
  };
};

const callUrlOf = ({ calls: { signingSecrets, ...rules } }: Config): CallUrl =>
  makeCallUrl(
    makeMakeCall({
      sender: new GuardedHttpSender({
        resolve: async (name) => {
          const { lookup } = await import("node:dns/promises");
          return lookup(name, { all: true });
        },
        isExempt: (url) => isExempt(rules, url),
      }),
      signer: new StandardWebhooksSigner(signingSecrets),
      rules,
      timeoutMs: CALL_TIMEOUT_MS,
      now,
      elapsedMs: () => performance.now(),
    }),
  );

const jobUseCases = (
  config: Config,
  container: () => Promise<Container>,
  serviceBus: () => Promise<ServiceBusClient>,
): JobUseCases =>
  makeJobUseCases({
    jobs: new CosmosJobStore(container),
    queue: new ServiceBusJobQueue(serviceBus),
    now,
    sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal, ref: false }),
    random: Math.random,
    newLeaseId: randomUUID,
    effectKey: (jobId, name) => uuidOfName(`${jobId} ${name}`),
    leaseMs: config.jobs.leaseSeconds * 1000,
    receive: observeMessage,
    observe: (job, work) =>
      observeAttempt({ ...job, attempt: job.attemptCount }, work, (told) => told),
  });

export const buildApplication = (config: Config): Application => {
  // Clients are built on first use: an app that only serves HTTP never dials blob storage.
  const database = once(() => openDatabase(config.cosmos, credential(config.cosmos.clientId)));
  const storage = once(() => openStorage(config.storage, credential(config.storage.clientId)));
  const serviceBus = once(() =>
    openServiceBus(config.serviceBus, credential(config.serviceBus.clientId)),
  );
  const container = (id: ContainerId) => async () => (await database()).container(id);
  const forImages = imageDeps(config, container("products"), storage);
  const images = makeImageUseCases(forImages);

  const deadLetters = new ServiceBusDeadLetters(serviceBus);
  const mail = new CommunicationMailSender(config.email, credential(config.email.clientId));

  const jobs = jobUseCases(config, container("jobs"), serviceBus);

  const reports = reportUseCases(config, { container, storage, deadLetters, jobs });

  const tokens = new EntraTokenVerifier(config.entra, { fetch, nowMs: Date.now });

  const products = new CosmosProductStore(container("products"), now);
  const users = new CosmosUserStore(container("users"), now);
  const claims = new CosmosClaimStore(container("claims"));
  const skus = {
    claim: makeClaimValue({ claims, owners: makeSkuOwners(products), wait }),
    store: claims,
  };

  return {
    checkReadiness: makeCheckReadiness(
      {
        cosmos: cosmosProbe(container("products")),
        storage: storageProbe(blobContainer(storage, "uploads")),
        serviceBus: serviceBusProbe(serviceBus),
      },
      READINESS_DEADLINE_MS,
    ),
    createProduct: makeCreateProduct({ products, skus, now }),
    getProduct: makeGetProduct(products),
    getProductAudit: makeGetProductAudit(products),
    listProducts: (query) => products.list(query),
    changeProduct: makeChangeProduct({ products, skus, now }),
    deleteProduct: makeDeleteProduct({ products, skus, removeImages: images.removeImages, now }),
    ...images,
    remakeThumbnails: makeRemakeThumbnails({
      records: forImages.records,
      resettleImage: images.resettleImage,
      products,
      startForProduct: startThumbnailsOfProduct(jobs.start, uuidOfName),
    }),
    callUrl: callUrlOf(config),
    jobs,
    sendEmail: makeSendEmail({ users, sender: mail, reportMail: reports.reportMail }),
    deadLetters: makeDeadLetterUseCases(deadLetters),
    reports: reports.useCases,
    users: makeUserUseCases({
      users,
      claims,
      wait,
      now,
      newId,
    }),
    edge: {
      verifyToken: (token) => tokens.verify(token),
      authorizationUri: config.entra.authorizationUri,
      publicOrigin: config.publicOrigin,
      answerOnce: makeAnswerOnce({
        requests: new CosmosRequestStore(container("requests")),
        wait,
      }),
      newId,
    },
  };
};
