/** The containers of the database, declared once: the local start creates them, Bicep is checked against them. */
import { RECORDS_KEPT_MS } from "../../domain/requests/repeatable-request.ts";

interface CompositeKey {
  readonly path: string;
  readonly order: "ascending" | "descending";
}

export interface ContainerDeclaration {
  readonly id: string;
  readonly partitionKey: string;
  /** Seconds; -1 keeps documents unless they carry a `ttl` of their own. */
  readonly defaultTtlSeconds: number;
  /** What queries filter or order by; all else is left out of the index, since it only costs. */
  readonly indexed: readonly string[];
  readonly compositeIndexes: readonly (readonly CompositeKey[])[];
}

const byThenId = (path: string): readonly CompositeKey[] => [
  { path, order: "ascending" },
  { path: "/id", order: "ascending" },
];

const REQUEST_TTL_SECONDS = RECORDS_KEPT_MS / 1000;

export const CONTAINERS = [
  {
    id: "products",
    partitionKey: "/id",
    defaultTtlSeconds: -1,
    indexed: [
      "/sku/?",
      "/category/?",
      "/status/?",
      "/nameKey/?",
      "/price/amountMinor/?",
      "/price/currency/?",
      "/createdAt/?",
      "/updatedAt/?",
      "/deletedAt/?",
      "/imagesPendingSince/?",
    ],
    compositeIndexes: ["/createdAt", "/nameKey", "/price/amountMinor"].map(byThenId),
  },
  {
    id: "users",
    partitionKey: "/id",
    defaultTtlSeconds: -1,
    indexed: ["/nameKey/?", "/emailKey/?", "/createdAt/?"],
    compositeIndexes: ["/createdAt", "/nameKey"].map(byThenId),
  },
  {
    id: "claims",
    partitionKey: "/id",
    defaultTtlSeconds: -1,
    indexed: [],
    compositeIndexes: [],
  },
  {
    id: "requests",
    partitionKey: "/id",
    defaultTtlSeconds: REQUEST_TTL_SECONDS,
    indexed: [],
    compositeIndexes: [],
  },
  {
    id: "jobs",
    partitionKey: "/id",
    // A job that has ended carries its own.
    defaultTtlSeconds: -1,
    indexed: [
      "/kind/?",
      "/status/?",
      "/createdAt/?",
      "/endedAt/?",
      "/wakeAt/?",
      "/attemptCount/?",
      "/waitedMs/?",
      "/workedMs/?",
    ],
    compositeIndexes: [byThenId("/createdAt")],
  },
  {
    id: "reports",
    partitionKey: "/id",
    defaultTtlSeconds: -1,
    indexed: ["/readyAt/?"],
    compositeIndexes: [],
  },
] as const satisfies readonly ContainerDeclaration[];

export type ContainerId = (typeof CONTAINERS)[number]["id"];

/** The indexing policy as Cosmos DB takes it. `/id` is always indexed. */
export const indexingPolicyOf = ({ indexed, compositeIndexes }: ContainerDeclaration) => ({
  indexingMode: "consistent" as const,
  automatic: true,
  includedPaths: indexed.map((path) => ({ path })),
  excludedPaths: [{ path: "/*" }],
  compositeIndexes: compositeIndexes.map((keys) => keys.map((key) => ({ ...key }))),
});
