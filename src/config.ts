// The small form of zod: settings are read before anything else, at every start.
import * as z from "zod/mini";
import { en } from "zod/v4/locales";

z.config(en());

// One schema each for all settings of a form: to make one takes a tenth of a millisecond of every start.
const text = z.string().check(z.minLength(1));
const optionalText = z.optional(text);
const optionalUrl = z.optional(z.url());

/** What the application takes unless told. */
// oxlint-disable-next-line no-underscore-dangle -- so the package calls it
const orElse = z._default;

/** Settings of several values part them by commas. */
const list = z.pipe(
  z.transform((value: string) => value.split(",").map((part) => part.trim())),
  z.array(text),
);

/** A reference that the platform has not resolved: the vault has no such secret yet. */
const UNRESOLVED = /^@Microsoft\.KeyVault\(/u;
/** Of the Standard Webhooks scheme: 24 to 64 bytes in base64. */
const SIGNING_SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/u;

/** `host` or `host:port`, with IPv6 in brackets. */
const HOST = /^(?:\[[\da-f:.]+\]|[^\s:/?#@[\]\\]+)(?::\d{1,5})?$/iu;

/** Scheme and host, or nothing. */
const ORIGIN = /^(?:https?:\/\/[^\s:/?#@[\]\\]+(?::\d{1,5})?)?$/iu;

/** Six days: a key of an identity signs nothing that works for more than seven. */
const MAX_REPORT_LINK_SECONDS = 518_400;

/** An empty setting, and a secret that is not there yet, have no values. */
const splitOptional = (value = ""): string[] =>
  value === "" || UNRESOLVED.test(value) ? [] : value.split(",").map((part) => part.trim());

const optionalList = z.pipe(
  z.optional(z.string()),
  z.transform((value: string | undefined) => splitOptional(value)),
);

const integer = (least: number, most: number) =>
  z.coerce.number().check(z.int(), z.minimum(least), z.maximum(most));

/**
 * Whom tokens of version 1.0 name as their issuer, in the clouds of Entra ID; elsewhere it is the issuer
 * of version 2.0 without the version.
 */
const v1IssuerOf = (issuer: string): string => {
  const { host, pathname } = new URL(issuer);
  const tenant = pathname.split("/")[1] ?? "";
  if (host === "login.partner.microsoftonline.cn") return `https://sts.chinacloudapi.cn/${tenant}/`;
  return host.startsWith("login.microsoftonline.")
    ? `https://sts.windows.net/${tenant}/`
    : issuer.replace(/v2\.0\/?$/u, "");
};

/**
 * The settings, by the Functions host's rule for connections: `Name` holds a connection string, or
 * `Name__…` say where the service is and the identity opens it. The local settings and the deployed ones are checked against these names.
 */
export const SETTINGS = z.object({
  Cosmos: z.optional(z.string().check(z.startsWith("AccountEndpoint="))),
  Cosmos__accountEndpoint: optionalUrl,
  Cosmos__clientId: optionalText,
  ENTRA_ISSUER: z.url(),
  ENTRA_AUDIENCES: z.pipe(z.string(), list),
  ENTRA_SCOPE: orElse(text, "access_as_user"),
  ENTRA_READER_ROLES: z.pipe(orElse(z.string(), "reader"), list),
  ENTRA_EDITOR_ROLES: z.pipe(orElse(z.string(), "editor"), list),
  ENTRA_ADMIN_ROLES: z.pipe(orElse(z.string(), "admin"), list),
  COSMOS_DATABASE: orElse(text, "stockroom"),
  AzureWebJobsStorage: optionalText,
  AzureWebJobsStorage__accountName: optionalText,
  AzureWebJobsStorage__blobServiceUri: optionalUrl,
  AzureWebJobsStorage__clientId: optionalText,
  ServiceBus: z.optional(z.string().check(z.startsWith("Endpoint="))),
  ServiceBus__fullyQualifiedNamespace: optionalText,
  ServiceBus__clientId: optionalText,
  THUMBNAIL_WIDTHS_PX: z.pipe(
    z.pipe(
      orElse(z.string(), "160,480,1280"),
      z.transform((value) => value.split(",").map(Number)),
    ),
    z.array(z.int().check(z.minimum(16), z.maximum(4096))).check(z.minLength(1), z.maxLength(10)),
  ),
  UPLOAD_LINK_SECONDS: orElse(integer(60, 86_400), 3600),
  IMAGE_LATE_SECONDS: orElse(integer(1, 86_400), 600),
  APPLICATIONINSIGHTS_CONNECTION_STRING: optionalText,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: optionalText,
  TELEMETRY_SAMPLING_PERCENT: orElse(z.coerce.number().check(z.minimum(0), z.maximum(100)), 100),
  TELEMETRY_TRACES_PER_SECOND: orElse(integer(1, 1_000_000), 100),
  LOG_LEVEL: orElse(z.enum(["debug", "info", "warn", "error"]), "info"),
  JOB_LEASE_SECONDS: orElse(integer(3, 600), 30),
  JOBS_SWEEP_SCHEDULE: orElse(text, "0 * * * * *"),
  UPKEEP_SCHEDULE: orElse(text, "0 */5 * * * *"),
  Email: z.optional(z.string().check(z.startsWith("endpoint="))),
  Email__endpoint: optionalUrl,
  Email__clientId: optionalText,
  EMAIL_SENDER: optionalText,
  REPORT_SCHEDULE: orElse(text, "0 0 9 * * *"),
  REPORT_RECIPIENTS: z.pipe(optionalList, z.array(z.email()).check(z.maxLength(50))),
  REPORT_LINK_SECONDS: orElse(integer(60, MAX_REPORT_LINK_SECONDS), MAX_REPORT_LINK_SECONDS),
  REPORT_LATE_HOURS: orElse(integer(0, 24), 10),
  PUBLIC_ORIGIN: orElse(
    z.string().check(z.regex(ORIGIN, { error: "not http(s)://host or http(s)://host:port" })),
    "",
  ),
  CALL_EXEMPT_HOSTS: z.pipe(
    z.pipe(
      orElse(z.string(), ""),
      z.transform((value: string) => splitOptional(value)),
    ),
    z.array(z.string().check(z.regex(HOST, { error: "not host or host:port" }))),
  ),
  CALL_REQUIRE_HTTPS: orElse(z.enum(["true", "false"]), "false"),
  CALL_SIGNING_SECRET: z.pipe(
    optionalList,
    z.array(z.string().check(z.regex(SIGNING_SECRET, { error: "not whsec_…" }))),
  ),
});

/** At least one of these settings; looked at also when others are wrong, so that all are named at once. */
const oneOf = (...names: readonly [string, ...string[]]) =>
  z.refine<Readonly<Record<string, unknown>>>(
    (env) => names.some((name) => env[name] !== undefined),
    { error: `set one of ${names.join(", ")}`, path: [names[0]], when: () => true },
  );

const schema = SETTINGS.check(
  oneOf("Cosmos", "Cosmos__accountEndpoint"),
  oneOf(
    "AzureWebJobsStorage",
    "AzureWebJobsStorage__accountName",
    "AzureWebJobsStorage__blobServiceUri",
  ),
  oneOf("ServiceBus", "ServiceBus__fullyQualifiedNamespace"),
);

const toConfig = (env: z.infer<typeof SETTINGS>) => ({
  entra: {
    issuer: env.ENTRA_ISSUER,
    v1Issuer: v1IssuerOf(env.ENTRA_ISSUER),
    authorizationUri: `${env.ENTRA_ISSUER.replace(/\/v2\.0\/?$/u, "")}/oauth2/v2.0/authorize`,
    audiences: env.ENTRA_AUDIENCES,
    scope: env.ENTRA_SCOPE,
    roleValues: {
      reader: env.ENTRA_READER_ROLES,
      editor: env.ENTRA_EDITOR_ROLES,
      admin: env.ENTRA_ADMIN_ROLES,
    },
  },
  cosmos: {
    connectionString: env.Cosmos,
    endpoint: env.Cosmos__accountEndpoint,
    clientId: env.Cosmos__clientId,
    database: env.COSMOS_DATABASE,
  },
  storage: {
    connectionString: env.AzureWebJobsStorage,
    blobEndpoint:
      env.AzureWebJobsStorage__blobServiceUri ??
      `https://${env.AzureWebJobsStorage__accountName}.blob.core.windows.net`,
    clientId: env.AzureWebJobsStorage__clientId,
  },
  serviceBus: {
    connectionString: env.ServiceBus,
    fullyQualifiedNamespace: env.ServiceBus__fullyQualifiedNamespace,
    clientId: env.ServiceBus__clientId,
  },
  images: {
    widthsPx: env.THUMBNAIL_WIDTHS_PX.toSorted((one, other) => one - other),
    linkSeconds: env.UPLOAD_LINK_SECONDS,
    lateSeconds: env.IMAGE_LATE_SECONDS,
  },
  calls: {
    exemptHosts: env.CALL_EXEMPT_HOSTS,
    requireHttps: env.CALL_REQUIRE_HTTPS === "true",
    signingSecrets: env.CALL_SIGNING_SECRET,
  },
  email: {
    connectionString: env.Email,
    endpoint: env.Email__endpoint,
    clientId: env.Email__clientId,
    sender: env.EMAIL_SENDER,
  },
  reports: {
    recipients: env.REPORT_RECIPIENTS,
    linkSeconds: env.REPORT_LINK_SECONDS,
    lateHours: env.REPORT_LATE_HOURS,
  },
  publicOrigin: env.PUBLIC_ORIGIN,
  jobs: { leaseSeconds: env.JOB_LEASE_SECONDS },
  log: { leastLevel: env.LOG_LEVEL },
  telemetry: {
    connectionString: env.APPLICATIONINSIGHTS_CONNECTION_STRING,
    authentication: env.APPLICATIONINSIGHTS_AUTHENTICATION_STRING,
    sampling: {
      percent: env.TELEMETRY_SAMPLING_PERCENT,
      tracesPerSecond: env.TELEMETRY_TRACES_PER_SECOND,
    },
  },
  /** By the names that timers have in their triggers: `%UPKEEP_SCHEDULE%`. */
  schedules: {
    "%JOBS_SWEEP_SCHEDULE%": env.JOBS_SWEEP_SCHEDULE,
    "%REPORT_SCHEDULE%": env.REPORT_SCHEDULE,
    "%UPKEEP_SCHEDULE%": env.UPKEEP_SCHEDULE,
  },
});

export type Config = ReturnType<typeof toConfig>;

/** @throws {Error} that names every wrong setting and never prints a value. */
export const loadConfig = (env: NodeJS.ProcessEnv): Config => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return toConfig(parsed.data);

  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Invalid application settings:\n  ${problems.join("\n  ")}`);
};
