/** Composition root: the only file that knows which adapter stands behind which port. */
import { setTimeout as wait } from "node:timers/promises";

import type { TokenCredential } from "@azure/identity";

import { CosmosClaimStore } from "./adapters/cosmos/cosmos-claim-store.ts";
import type { ContainerId } from "./adapters/cosmos/containers.ts";
import { cosmosProbe, openDatabase } from "./adapters/cosmos/cosmos-database.ts";
import { CosmosProductStore } from "./adapters/cosmos/cosmos-product-store.ts";
import { CosmosRequestStore } from "./adapters/cosmos/cosmos-request-store.ts";
import { uuidV7 } from "./adapters/uuid-v7.ts";
import type { Config } from "./config.ts";
import { makeClaimValue } from "./domain/claims/claims.ts";
import { makeCheckReadiness } from "./domain/health/check-readiness.ts";
import { makeChangeProduct } from "./domain/products/change-product.ts";
import { makeCreateProduct } from "./domain/products/create-product.ts";
import { makeDeleteProduct } from "./domain/products/delete-product.ts";
import { makeGetProduct } from "./domain/products/read-products.ts";
import { makeSkuOwners } from "./domain/products/sku-claims.ts";
import { makeAnswerOnce } from "./domain/requests/repeatable-request.ts";
import type { Edge } from "./functions/edge/declaration.ts";
import type { Application } from "./functions/register.ts";

/** Builds the value on the first call and returns the same one after. A throw is not remembered. */
const once = <T extends object>(build: () => T): (() => T) => {
  let value: T | undefined;
  return () => (value ??= build());
};

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

/** Everybody is let in with every role: the host listens on loopback until callers are identified. */
const letEverybodyIn: Edge["authenticate"] = () =>
  Promise.resolve({ id: "local", kind: "nobody", roles: ["admin"] });

export const buildApplication = (config: Config): Application => {
  // Clients are built on first use: an app that only serves HTTP never dials blob storage.
  const database = once(() => openDatabase(config.cosmos, credential(config.cosmos.clientId)));

  const container = (id: ContainerId) => async () => (await database()).container(id);

  const products = new CosmosProductStore(container("products"), now);
  const claims = new CosmosClaimStore(container("claims"));
  const skus = {
    claim: makeClaimValue({ claims, owners: makeSkuOwners(products), wait }),
    store: claims,
  };

  return {
    checkReadiness: makeCheckReadiness(
      { cosmos: cosmosProbe(container("products")) },
      READINESS_DEADLINE_MS,
    ),
    createProduct: makeCreateProduct({ products, skus, now }),
    getProduct: makeGetProduct(products),
    listProducts: (query) => products.list(query),
    changeProduct: makeChangeProduct({ products, skus, now }),
    deleteProduct: makeDeleteProduct({ products, skus, removeImages: () => Promise.resolve() }),
    edge: {
      authenticate: letEverybodyIn,
      answerOnce: makeAnswerOnce({
        requests: new CosmosRequestStore(container("requests")),
        wait,
      }),
      newId: () => uuidV7(now()),
    },
  };
};
