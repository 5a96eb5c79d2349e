import * as z from "zod";

/** Settings of several values part them by commas. */
const splitList = (text: string): readonly string[] => text.split(",").map((value) => value.trim());
const list = z.array(z.string().min(1)).readonly();

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
  Cosmos: z.string().startsWith("AccountEndpoint=").optional(),
  Cosmos__accountEndpoint: z.url().optional(),
  Cosmos__clientId: z.string().min(1).optional(),
  ENTRA_ISSUER: z.url(),
  ENTRA_AUDIENCES: z.string().transform(splitList).pipe(list),
  ENTRA_SCOPE: z.string().min(1).default("access_as_user"),
  ENTRA_READER_ROLES: z.string().default("reader").transform(splitList).pipe(list),
  ENTRA_EDITOR_ROLES: z.string().default("editor").transform(splitList).pipe(list),
  ENTRA_ADMIN_ROLES: z.string().default("admin").transform(splitList).pipe(list),
  COSMOS_DATABASE: z.string().min(1).default("stockroom"),
  AzureWebJobsStorage: z.string().min(1).optional(),
  AzureWebJobsStorage__accountName: z.string().min(1).optional(),
  AzureWebJobsStorage__blobServiceUri: z.url().optional(),
  AzureWebJobsStorage__clientId: z.string().min(1).optional(),
  THUMBNAIL_WIDTHS_PX: z
    .string()
    .default("160,480,1280")
    .transform((text) => text.split(",").map(Number))
    .pipe(z.array(z.int().min(16).max(4096)).min(1).max(10)),
  UPLOAD_LINK_SECONDS: z.coerce.number().int().min(60).max(86_400).default(3600),
  IMAGE_LATE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(600),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  UPKEEP_SCHEDULE: z.string().min(1).default("0 */5 * * * *"),
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
).transform((env) => ({
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
  images: {
    widthsPx: env.THUMBNAIL_WIDTHS_PX.toSorted((one, other) => one - other),
    linkSeconds: env.UPLOAD_LINK_SECONDS,
    lateSeconds: env.IMAGE_LATE_SECONDS,
  },
  log: { leastLevel: env.LOG_LEVEL },
  upkeep: { schedule: env.UPKEEP_SCHEDULE },
}));

export type Config = z.infer<typeof schema>;

/** @throws {Error} that names every wrong setting and never prints a value. */
export const loadConfig = (env: NodeJS.ProcessEnv): Config => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;

  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Invalid application settings:\n  ${problems.join("\n  ")}`);
};
