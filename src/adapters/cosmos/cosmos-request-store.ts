import type { Container } from "@azure/cosmos";
import * as z from "zod";

import type { RequestRecord, RequestStore } from "../../domain/requests/repeatable-request.ts";
import { calling, callingOr } from "./cosmos-errors.ts";
import { readDocument } from "./read-document.ts";

const documentSchema = z
  .object({
    id: z.string(),
    bodyDigest: z.string(),
    newId: z.string(),
    answer: z
      .object({
        status: z.number(),
        headers: z.record(z.string(), z.string()),
        body: z.unknown().optional(),
      })
      .optional(),
  })
  .transform(({ id, ...rest }): RequestRecord => ({ key: id, ...rest }));

const toDocument = ({ key, ...rest }: RequestRecord) => ({ id: key, ...rest });

/** Outcomes of repeatable requests in Cosmos DB; the container's time to live removes them. */
export class CosmosRequestStore implements RequestStore {
  readonly #container: () => Promise<Container>;

  constructor(container: () => Promise<Container>) {
    this.#container = container;
  }

  async insert(record: RequestRecord): Promise<boolean> {
    const created = await callingOr([409], this.#container, (container) =>
      container.items.create(toDocument(record)),
    );
    return created !== 409;
  }

  async get(key: string): Promise<RequestRecord | undefined> {
    const document = await readDocument(this.#container, key);
    return document === undefined ? undefined : documentSchema.parse(document);
  }

  async put(record: RequestRecord): Promise<void> {
    await calling(this.#container, (container) => container.items.upsert(toDocument(record)));
  }
}
