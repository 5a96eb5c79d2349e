import { createHash } from "node:crypto";

import type { Container } from "@azure/cosmos";
import * as z from "zod";

import type { Claim, ClaimStore } from "../../domain/claims/claims.ts";
import type { Versioned } from "../../domain/version.ts";
import { callingOr } from "./cosmos-errors.ts";
import { ifMatch } from "./if-match.ts";
import { readDocument } from "./read-document.ts";

const documentSchema = z
  .object({ key: z.string(), owner: z.string(), _etag: z.string() })
  .transform(({ key, owner, _etag }): Versioned<Claim> => ({
    value: { key, owner },
    version: _etag,
  }));

/** A key may hold what an id may not (`/`, `?`, `#`, `\`), and be longer: the id is its digest. */
const idOf = (key: string): string => createHash("sha256").update(key).digest("hex");

/** Claims in Cosmos DB: the id makes the key unique, the version guards who takes it over. */
export class CosmosClaimStore implements ClaimStore {
  readonly #container: () => Promise<Container>;

  constructor(container: () => Promise<Container>) {
    this.#container = container;
  }

  async insert(claim: Claim): Promise<boolean> {
    const document = { id: idOf(claim.key), ...claim };
    return (
      (await callingOr([409], this.#container, (container) => container.items.create(document))) !==
      409
    );
  }

  async get(key: string): Promise<Versioned<Claim> | undefined> {
    const document = await readDocument(this.#container, idOf(key));
    return document === undefined ? undefined : documentSchema.parse(document);
  }

  async replace(claim: Claim, version: string): Promise<boolean> {
    const document = { id: idOf(claim.key), ...claim };
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
