import type { Job } from "../../src/domain/jobs/job.ts";
import type { JobStore } from "../../src/domain/jobs/job-store.ts";
import { canceled } from "../../src/domain/jobs/transitions.ts";

const NOW = new Date("2026-11-25T09:00:00.000Z");
const LEASE = { id: "lease-1", until: "2026-11-25T09:00:30.000Z" };
const LATER = new Date("2026-11-25T10:00:00.000Z");

const jobOf = (id: string, changes: Partial<Job> = {}): Job => ({
  id,
  kind: "call-url",
  input: { url: "https://example.com", body: { n: 1 } },
  status: "NotStarted",
  createdAt: NOW.toISOString(),
  createdBy: { id: "caller", kind: "service", requestId: "request" },
  dueAt: NOW.toISOString(),
  attemptCount: 0,
  attempts: [],
  effects: {},
  wakeAt: "2026-11-25T09:01:00.000Z",
  ...changes,
});

/** What each JobStore must do, the fake as well as the adapter. `make` gives an empty one. */
export const describeJobStore = (name: string, make: () => JobStore): void => {
  describe(`${name} as a JobStore`, () => {
    it("keeps the first job of an id, whole", async () => {
      const store = make();
      const job = jobOf("a", { traceparent: "00-1-2-01", effects: { call: { status: 204 } } });

      const written = await store.insert(job);
      const second = await store.insert(jobOf("a", { input: "other" }));

      expect(written?.value).toEqual(job);
      expect(second).toBeUndefined();
      expect((await store.get("a"))?.value).toEqual(job);
      expect(await store.get("b")).toBeUndefined();
    });

    it("gives a job that waits to one of two workers", async () => {
      const store = make();
      await store.insert(jobOf("a"));

      const claims = await Promise.all([
        store.claim("a", { lease: LEASE, now: NOW }),
        store.claim("a", { lease: { ...LEASE, id: "lease-2" }, now: NOW }),
      ]);

      const won = claims.filter((claim) => claim !== undefined);
      expect(won).toHaveLength(1);
      expect(won[0]?.value).toMatchObject({
        status: "Running",
        attemptCount: 1,
        attempts: [{ startedAt: NOW.toISOString() }],
        wakeAt: "2026-11-25T09:00:35.000Z",
      });
    });

    it("gives nobody a job that has ended, or that is not there", async () => {
      const store = make();
      await store.insert(canceled(jobOf("a"), NOW));

      expect(await store.claim("a", { lease: LEASE, now: NOW })).toBeUndefined();
      expect(await store.claim("b", { lease: LEASE, now: NOW })).toBeUndefined();
    });

    it("gives nobody a job before its time", async () => {
      const store = make();
      await store.insert(jobOf("a", { notBefore: "2026-11-25T09:00:00.001Z" }));

      const early = await store.claim("a", { lease: LEASE, now: NOW });
      const inTime = await store.claim("a", { lease: LEASE, now: LATER });

      expect(early).toBeUndefined();
      expect(inTime?.value).toMatchObject({ status: "Running", attemptCount: 1 });
    });

    it("refuses to replace what somebody else has changed", async () => {
      const store = make();
      const written = await store.insert(jobOf("a"));
      const claim = await store.claim("a", { lease: LEASE, now: NOW });

      const stale = await store.replace(jobOf("a"), written?.version ?? "");
      const ended = await store.replace(
        canceled(claim?.value ?? jobOf("a"), NOW),
        claim?.version ?? "",
      );

      expect(stale).toBeUndefined();
      expect(ended?.value.status).toBe("Canceled");
      expect((await store.get("a"))?.value.lease).toBeUndefined();
    });

    it("lists the newest first, filtered, page by page", async () => {
      const store = make();
      const at = (minute: number) => `2026-11-25T09:0${minute}:00.000Z`;
      await store.insert(jobOf("a", { createdAt: at(1) }));
      await store.insert(jobOf("b", { createdAt: at(2), kind: "send-email" }));
      await store.insert(jobOf("c", { createdAt: at(2) }));
      await store.insert(canceled(jobOf("d", { createdAt: at(3) }), NOW));

      const first = await store.list({ filter: {}, limit: 3 });
      const second = await store.list({ filter: {}, after: first.next, limit: 3 });
      const waiting = await store.list({
        filter: { kind: "call-url", status: "NotStarted" },
        limit: 9,
      });

      expect(first.jobs.map(({ id }) => id)).toEqual(["d", "c", "b"]);
      expect(second).toMatchObject({ jobs: [{ id: "a" }] });
      expect(second.next).toBeUndefined();
      expect(waiting.jobs.map(({ id }) => id)).toEqual(["c", "a"]);
    });

    it("finds what is overdue, the longest first, and not what has ended", async () => {
      const store = make();
      await store.insert(jobOf("a", { wakeAt: "2026-11-25T09:02:00.000Z" }));
      await store.insert(jobOf("b", { wakeAt: "2026-11-25T09:01:00.000Z" }));
      await store.insert(jobOf("c", { wakeAt: "2026-11-25T11:00:00.000Z" }));
      await store.insert(canceled(jobOf("d"), NOW));

      const due = await store.due(LATER, 9);

      expect(due.map(({ value }) => value.id)).toEqual(["b", "a"]);
    });
  });
};
