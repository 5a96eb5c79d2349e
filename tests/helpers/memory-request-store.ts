import type { RequestRecord, RequestStore } from "../../src/domain/requests/repeatable-request.ts";

export class MemoryRequestStore implements RequestStore {
  readonly #records = new Map<string, RequestRecord>();

  async insert(record: RequestRecord): Promise<boolean> {
    if (this.#records.has(record.key)) return false;
    this.#records.set(record.key, structuredClone(record));
    return true;
  }

  async get(key: string): Promise<RequestRecord | undefined> {
    return structuredClone(this.#records.get(key));
  }

  async put(record: RequestRecord): Promise<void> {
    this.#records.set(record.key, structuredClone(record));
  }
}
