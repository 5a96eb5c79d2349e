import { at, ofType, stringsOf, type Resource } from "./snapshot.ts";

/** Something that holds for every environment, and a way to break it that shows the check sees. */
export interface Rule {
  readonly name: string;
  /** @returns one line for each resource that breaks the rule. */
  readonly check: (resources: readonly Resource[]) => readonly string[];
  /** Changes the resources so that `check` finds something. */
  readonly violate: (resources: Resource[]) => void;
}

type Path = readonly [type: string, ...path: string[]];

const show = (resource: Resource, ...words: readonly string[]): string =>
  [resource.type, resource.name, ...words].join(" ");

/** Each resource of the type has the value; and there is at least one, so that the rule says something. */
const requires =
  (value: unknown, paths: readonly Path[]) =>
  (resources: readonly Resource[]): readonly string[] =>
    paths.flatMap(([type, ...path]) =>
      ofType(resources, type)
        .filter((resource) => at(resource.properties, ...path) !== value)
        .map((resource) => show(resource, path.join("."))),
    );

const first = (resources: readonly Resource[], type: string): Resource => {
  const [found] = ofType(resources, type);
  if (found === undefined) throw new Error(`There is no ${type}.`);
  return found;
};

const overwrite = (resource: Resource, change: Record<string, unknown>): void => {
  resource.properties = { ...resource.properties, ...change };
};

const STORAGE = "Microsoft.Storage/storageAccounts";
const COSMOS = "Microsoft.DocumentDB/databaseAccounts";
const SERVICE_BUS = "Microsoft.ServiceBus/namespaces";
const KEY_VAULT = "Microsoft.KeyVault/vaults";
const SITE = "Microsoft.Web/sites";
const REDIS = "Microsoft.Cache/redisEnterprise";
const ROLE = "Microsoft.Authorization/roleAssignments";
const SQL_ROLE = "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments";
const PUBLISHING = "Microsoft.Web/sites/basicPublishingCredentialsPolicies";

const isPrivate = (resources: readonly Resource[]): boolean =>
  ofType(resources, "Microsoft.Network/virtualNetworks").length > 0;

/** Where telemetry goes. It lets nobody in: local authentication is off. */
const TELEMETRY_SETTING = ".APPLICATIONINSIGHTS_CONNECTION_STRING";
const SECRET =
  /list\w*keys|listSecrets|AccountKey=|SharedAccessKey|primary(?:Master)?Key|connectionString|sig=|password/i;

export const ACCESS_RULES: readonly Rule[] = [
  {
    name: "no key and no connection string stands anywhere",
    check: (resources) =>
      resources.flatMap((resource) =>
        stringsOf(resource)
          .filter(([path, text]) => SECRET.test(text) && !path.endsWith(TELEMETRY_SETTING))
          .map(([path]) => show(resource, path)),
      ),
    violate: (resources) =>
      overwrite(first(resources, "Microsoft.Web/sites/config"), {
        Cosmos: "[listKeys('account', '2026-03-15').primaryMasterKey]",
      }),
  },
  {
    name: "every service refuses keys",
    check: (resources) => [
      ...requires(true, [
        [COSMOS, "disableLocalAuth"],
        [SERVICE_BUS, "disableLocalAuth"],
        [KEY_VAULT, "enableRbacAuthorization"],
        ["Microsoft.Communication/communicationServices", "disableLocalAuth"],
        ["Microsoft.Insights/components", "DisableLocalAuth"],
        ["Microsoft.OperationalInsights/workspaces", "features", "disableLocalAuth"],
      ])(resources),
      ...requires(false, [
        [STORAGE, "allowSharedKeyAccess"],
        [PUBLISHING, "allow"],
      ])(resources),
      ...requires("Disabled", [[`${REDIS}/databases`, "accessKeysAuthentication"]])(resources),
      ...(ofType(resources, PUBLISHING).length === 2 ? [] : ["publishing by password is open"]),
    ],
    violate: (resources) => overwrite(first(resources, SERVICE_BUS), { disableLocalAuth: false }),
  },
  {
    name: "HTTPS and TLS 1.2 everywhere",
    check: (resources) => [
      ...requires(true, [
        [SITE, "httpsOnly"],
        [STORAGE, "supportsHttpsTrafficOnly"],
      ])(resources),
      ...requires("1.2", [
        [SITE, "siteConfig", "minTlsVersion"],
        [SITE, "siteConfig", "scmMinTlsVersion"],
        [SERVICE_BUS, "minimumTlsVersion"],
        [REDIS, "minimumTlsVersion"],
      ])(resources),
      ...requires("TLS1_2", [[STORAGE, "minimumTlsVersion"]])(resources),
      ...requires("Tls12", [[COSMOS, "minimalTlsVersion"]])(resources),
      ...requires("Encrypted", [[`${REDIS}/databases`, "clientProtocol"]])(resources),
      ...requires("Disabled", [[SITE, "siteConfig", "ftpsState"]])(resources),
      ...resources.flatMap((resource) =>
        stringsOf(resource.properties)
          .filter(([, text]) => text.startsWith("http://"))
          .map(([path]) => show(resource, path)),
      ),
    ],
    violate: (resources) => overwrite(first(resources, STORAGE), { minimumTlsVersion: "TLS1_0" }),
  },
  {
    name: "no blob is public",
    check: (resources) => [
      ...requires(false, [[STORAGE, "allowBlobPublicAccess"]])(resources),
      ...requires("None", [[`${STORAGE}/blobServices/containers`, "publicAccess"]])(resources),
    ],
    violate: (resources) =>
      overwrite(first(resources, `${STORAGE}/blobServices/containers`), { publicAccess: "Blob" }),
  },
  {
    name: "nothing is publicly reachable where the network is private",
    check: (resources) =>
      isPrivate(resources)
        ? [
            ...requires(
              "Disabled",
              [STORAGE, COSMOS, SERVICE_BUS, KEY_VAULT, REDIS].map((type) => [
                type,
                "publicNetworkAccess",
              ]),
            )(resources),
            ...requires("Deny", [[STORAGE, "networkAcls", "defaultAction"]])(resources),
            ...ofType(resources, SITE)
              .filter(
                ({ properties }) => typeof properties?.["virtualNetworkSubnetId"] !== "string",
              )
              .map((site) => show(site, "is outside")),
          ]
        : [],
    violate: (resources) => {
      resources.push({ id: "", type: "Microsoft.Network/virtualNetworks", name: "vnet" });
      overwrite(first(resources, COSMOS), { publicNetworkAccess: "Enabled" });
    },
  },
  {
    name: "every service that is closed has a private endpoint",
    check: (resources) => {
      const reached = ofType(resources, "Microsoft.Network/privateEndpoints")
        .flatMap((endpoint) => stringsOf(endpoint.properties))
        .filter(([path]) => path.includes("groupIds"))
        .map(([, group]) => group);
      return [STORAGE, COSMOS, SERVICE_BUS, KEY_VAULT, REDIS]
        .flatMap((type) => ofType(resources, type))
        .filter(({ properties }) => properties?.["publicNetworkAccess"] === "Disabled")
        .filter(({ type }) => !(ENDPOINT_GROUPS[type] ?? []).every((one) => reached.includes(one)))
        .map((resource) => show(resource));
    },
    violate: (resources) => {
      overwrite(first(resources, STORAGE), { publicNetworkAccess: "Disabled" });
      const kept = resources.filter(({ type }) => type !== "Microsoft.Network/privateEndpoints");
      resources.splice(0, resources.length, ...kept);
    },
  },
  {
    name: "every role is granted below the group, and none of them is broad",
    check: (resources) => [
      ...ofType(resources, ROLE)
        .filter(({ id }) => (id.match(/\/providers\//g) ?? []).length < 2)
        .map((role) => show(role, "is not scoped")),
      ...ofType(resources, ROLE)
        .filter(({ properties }) => BROAD.test(String(properties?.["roleDefinitionId"])))
        .map((role) => show(role, "is broad")),
      ...ofType(resources, SQL_ROLE)
        .filter(({ properties }) => !/\/dbs\/[\w-]+$/.test(String(properties?.["scope"])))
        .map((role) => show(role, "is not scoped")),
    ],
    violate: (resources) => {
      first(resources, ROLE).id =
        "/subscriptions/0/resourceGroups/rg-stockroom/providers/Microsoft.Authorization/roleAssignments/0";
    },
  },
];

const ENDPOINT_GROUPS: Readonly<Record<string, readonly string[]>> = {
  [STORAGE]: ["blob", "queue", "table"],
  [COSMOS]: ["Sql"],
  [SERVICE_BUS]: ["namespace"],
  [KEY_VAULT]: ["vault"],
  [REDIS]: ["redisEnterprise"],
};

/** Owner, Contributor and User Access Administrator. */
const BROAD =
  /8e3af657-a8ff-443c-a75c-2fe8c4bcb635|b24988ac-6180-42a0-ab88-20f7382dd24c|18d7d88d-d35e-4fb5-a5c3-7773c20a72d9/;
