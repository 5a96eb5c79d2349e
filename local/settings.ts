/** The application's settings on this machine: where its services are, and how to open them. */
import * as z from "zod";

import { EMULATOR_KEY } from "./cosmos/emulator-key.ts";
import { API_CLIENT_ID, API_URI } from "./entra/directory.ts";

/**
 * How the C library hands memory out, read when the process starts. Its default keeps what was freed,
 * in pieces and for each thread: after some images the process holds a quarter more than it uses.
 */
const MEMORY = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" };

/** What calls are signed with on this machine; a receiver here checks with the same. */
const CALL_SIGNING_SECRET = "whsec_c3RvY2tyb29tLW9uLXRoaXMtbWFjaGluZQ==";

const endpointsSchema = z.object({
  cosmos: z.url(),
  storage: z.string(),
  issuer: z.url(),
  serviceBus: z.string().optional(),
});

/**
 * @param endpoints as `npm run azure` prints them.
 * @returns application settings, as `local.settings.json` and Azure have them.
 */
export const settingsFor = (
  endpoints: Readonly<Record<string, string>>,
): Record<string, string> => {
  const { cosmos, storage, issuer, serviceBus } = endpointsSchema.parse(endpoints);
  return {
    FUNCTIONS_WORKER_RUNTIME: "node",
    ...MEMORY,
    AzureWebJobsStorage: storage,
    ...(serviceBus !== undefined && { ServiceBus: serviceBus }),
    ENTRA_ISSUER: issuer,
    CALL_SIGNING_SECRET,
    ENTRA_AUDIENCES: `${API_CLIENT_ID},${API_URI}`,
    Cosmos: `AccountEndpoint=${cosmos}/;AccountKey=${EMULATOR_KEY};`,
  };
};
