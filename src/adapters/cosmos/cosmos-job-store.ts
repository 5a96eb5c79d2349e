import type { Container, SqlQuerySpec } from "@azure/cosmos";
import * as z from "zod";

import type { Job, Lease } from "../../domain/jobs/job.ts";
import type { JobPage, JobPageQuery, JobStore } from "../../domain/jobs/job-store.ts";
import { wakeOfLease } from "../../domain/jobs/transitions.ts";
import type { Versioned } from "../../domain/version.ts";
import { calling, callingOr } from "./cosmos-errors.ts";
import { fromJobDocument, toJobDocument } from "./job-document.ts";
import { JointWrites } from "./joint-writes.ts";
import { readDocument } from "./read-document.ts";

const versionSchema = z.object({ _etag: z.string() });

const versioned = (document: unknown): Versioned<Job> => ({
  value: fromJobDocument(document),
  version: versionSchema.parse(document)._etag,
});

const listQuery = ({ filter, after, limit }: JobPageQuery): SqlQuerySpec => {
  const where = ["IS_DEFINED(c.kind)"];
  const parameters: { name: string; value: string }[] = [];
  for (const [field, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    where.push(`c.${field} = @${field}`);
    parameters.push({ name: `@${field}`, value });
  }
  if (after) {
    // The first condition alone bounds the range that is read; the second cuts off equal times.
    where.push("c.createdAt <= @at AND (c.createdAt < @at OR c.id < @id)");
    parameters.push({ name: "@at", value: after.createdAt }, { name: "@id", value: after.id });
  }
  return {
    query: `SELECT TOP ${limit} * FROM c WHERE ${where.join(" AND ")} ORDER BY c.createdAt DESC, c.id DESC`,
    parameters,
  };
};

/** As the domain says it, for the database to check with the claim. A condition takes no parameters. */
const ifReady = (now: Date): string =>
  `FROM c WHERE c.status = "NotStarted" AND (NOT IS_DEFINED(c.notBefore) OR c.notBefore <= "${now.toISOString()}")`;

/** Jobs in Cosmos DB: one document a job, its id the partition key. */
export class CosmosJobStore implements JobStore {
  readonly #open: () => Promise<Container>;
  readonly #writes: JointWrites;

  constructor(open: () => Promise<Container>) {
    this.#open = open;
    this.#writes = new JointWrites(open);
  }

  async insert(job: Job): Promise<Versioned<Job> | undefined> {
    const created = await callingOr([409], this.#open, (container) =>
      container.items.create(toJobDocument(job)),
    );
    return created === 409 ? undefined : versioned(created.resource);
  }

  async get(id: string): Promise<Versioned<Job> | undefined> {
    const document = await readDocument(this.#open, id);
    return document === undefined ? undefined : versioned(document);
  }

  async claim(
    id: string,
    { lease, now }: { readonly lease: Lease; readonly now: Date },
  ): Promise<Versioned<Job> | undefined> {
    const claimed = await this.#writes.write({
      operationType: "Patch",
      id,
      partitionKey: id,
      resourceBody: {
        condition: ifReady(now),
        operations: [
          { op: "set", path: "/status", value: "Running" },
          { op: "set", path: "/lease", value: lease },
          { op: "set", path: "/wakeAt", value: wakeOfLease(lease) },
          { op: "incr", path: "/attemptCount", value: 1 },
          { op: "add", path: "/attempts/-", value: { startedAt: now.toISOString() } },
        ],
      },
    });
    return typeof claimed === "number" ? undefined : versioned(claimed.document);
  }

  async replace(job: Job, version: string): Promise<Versioned<Job> | undefined> {
    const replaced = await this.#writes.write({
      operationType: "Replace",
      id: job.id,
      partitionKey: job.id,
      resourceBody: toJobDocument(job),
      ifMatch: version,
    });
    return typeof replaced === "number" ? undefined : versioned(replaced.document);
  }

  async list(query: JobPageQuery): Promise<JobPage> {
    // One row more than asked for tells whether there is a next page.
    const rows = await this.#query(listQuery({ ...query, limit: query.limit + 1 }));
    const jobs = rows.slice(0, query.limit).map(({ value }) => value);
    const last = jobs.at(-1);
    return rows.length > query.limit && last
      ? { jobs, next: { createdAt: last.createdAt, id: last.id } }
      : { jobs };
  }

  due(now: Date, limit: number): Promise<readonly Versioned<Job>[]> {
    return this.#query({
      query: `SELECT TOP ${limit} * FROM c WHERE c.wakeAt < @now ORDER BY c.wakeAt`,
      parameters: [{ name: "@now", value: now.toISOString() }],
    });
  }

  async #query(query: SqlQuerySpec): Promise<readonly Versioned<Job>[]> {
    const { resources } = await calling(this.#open, (container) =>
      container.items.query<unknown>(query).fetchAll(),
    );
    return resources.map(versioned);
  }
}
