import { createHash } from "node:crypto";

import type { Container } from "@azure/cosmos";
import * as z from "zod";

import type { Claim, ClaimStore } from "../../domain/claims/claims.ts";
import type { Versioned } from "../../domain/version.ts";
import { callingOr } from "./cosmos-errors.ts";
import { ifMatch } from "./if-match.ts";
import { readDocument } from "./read-document.ts";

const documentSchema = z.object({ owner: z.string(), _etag: z.string() });

/** A key may hold what an id may not (`/`, `?`, `#`, `\`), and be longer: the id is its digest. */
const idOf = (key: string): string => createHash("sha256").update(key).digest("hex");

/**
 * The key itself is not kept: it may be an address, and a crash can leave the claim of somebody whose
 * data is gone.
 */
const toDocument = ({ key, owner }: Claim) => ({ id: idOf(key), owner });

/** Claims in Cosmos DB: the id makes the key unique, the version guards who takes it over. */
export class CosmosClaimStore implements ClaimStore {
  readonly #container: () => Promise<Container>;

  constructor(container: () => Promise<Container>) {
    this.#container = container;
  }

  async insert(claim: Claim): Promise<boolean> {
    const document = toDocument(claim);
    return (
      (await callingOr([409], this.#container, (container) => container.items.create(document))) !==
      409
    );
  }

  async get(key: string): Promise<Versioned<Claim> | undefined> {
    const document = await readDocument(this.#container, idOf(key));
    if (document === undefined) return undefined;
    const { owner, _etag } = documentSchema.parse(document);
    return { value: { key, owner }, version: _etag };
  }

  async replace(claim: Claim, version: string): Promise<boolean> {
    const document = toDocument(claim);
    const replaced = await callingOr([404, 412], this.#container, (container) =>
      container.item(document.id, document.id).replace(document, ifMatch(version)),
    );
    return typeof replaced !== "number";
  }

  async remove({ value, version }: Versioned<Claim>): Promise<void> {
    await callingOr([404, 412], this.#container, (container) =>
      container.item(idOf(value.key), idOf(value.key)).delete(ifMatch(version)),
    );
  }
}
