/** It means nothing here; the exporter wants one in the form of a UUID. */
const INSTRUMENTATION_KEY = "00000000-0000-4000-8000-000000000000";

/** As `APPLICATIONINSIGHTS_CONNECTION_STRING` has it. */
export const connectionStringOf = (endpoint: string): string =>
  `InstrumentationKey=${INSTRUMENTATION_KEY};IngestionEndpoint=${endpoint}/;LiveEndpoint=${endpoint}/`;
