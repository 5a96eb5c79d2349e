/** The application's settings on this machine: where its services are, and how to open them. */
import * as z from "zod";

import { EMULATOR_KEY } from "./cosmos/emulator-key.ts";
import { MAIL_ACCESS_KEY } from "./email/access-key.ts";
import { API_CLIENT_ID, API_URI } from "./entra/directory.ts";
import { connectionStringOf } from "./telemetry/connection-string.ts";

/**
 * How V8 and the C library hand memory out, read when the process starts. The library's default keeps what
 * was freed, in pieces and for each thread: after some images the process holds a quarter more than it uses.
 */
const MEMORY = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_TRIM_THRESHOLD_: "131072",
  // V8 goes by the memory of the machine. On a large one it collects so late that the process grows to
  // twice what it needs; on an instance of 2,048 MB it takes 1,024 for what lasts.
  NODE_OPTIONS: "--max-old-space-size=1024 --max-semi-space-size=8",
};

/** What calls are signed with on this machine; a receiver here checks with the same. */
const CALL_SIGNING_SECRET = "whsec_c3RvY2tyb29tLW9uLXRoaXMtbWFjaGluZQ==";

const EMAIL_SENDER = "donotreply@stockroom.example";

/** Whose mail is to be seen in the mail sink of this machine. */
const REPORT_RECIPIENTS = "manager@example.com";

const endpointsSchema = z.object({
  cosmos: z.url(),
  storage: z.string(),
  issuer: z.url(),
  serviceBus: z.string(),
  mail: z.url().optional(),
  telemetry: z.url().optional(),
});

/** Who waits in front of the page should not wait long: what happened is sent each second or so. */
const telemetrySettings = (endpoint: string) => ({
  APPLICATIONINSIGHTS_CONNECTION_STRING: connectionStringOf(endpoint),
  OTEL_SERVICE_NAME: "stockroom",
  OTEL_BSP_SCHEDULE_DELAY: "1000",
  OTEL_BLRP_SCHEDULE_DELAY: "1000",
  OTEL_METRIC_EXPORT_INTERVAL: "10000",
});

/**
 * @param endpoints as `npm run azure` prints them.
 * @returns application settings, as `local.settings.json` and Azure have them.
 */
export const settingsFor = (
  endpoints: Readonly<Record<string, string>>,
): Record<string, string> => {
  const { cosmos, storage, issuer, serviceBus, mail, telemetry } = endpointsSchema.parse(endpoints);
  return {
    FUNCTIONS_WORKER_RUNTIME: "node",
    ...MEMORY,
    AzureWebJobsStorage: storage,
    ServiceBus: serviceBus,
    ...(mail !== undefined && {
      Email: `endpoint=${mail}/;accesskey=${MAIL_ACCESS_KEY}`,
      EMAIL_SENDER,
    }),
    ...(telemetry !== undefined && telemetrySettings(telemetry)),
    ENTRA_ISSUER: issuer,
    CALL_SIGNING_SECRET,
    REPORT_RECIPIENTS,
    ENTRA_AUDIENCES: `${API_CLIENT_ID},${API_URI}`,
    Cosmos: `AccountEndpoint=${cosmos}/;AccountKey=${EMULATOR_KEY};`,
  };
};
