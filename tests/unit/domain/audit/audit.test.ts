import {
  type AuditEntry,
  type AuditTrail,
  MAX_AUDIT_ENTRIES,
  changedFields,
  withEntry,
} from "../../../../src/domain/audit/audit.ts";

it("names the fields that differ, nested ones by their path", () => {
  const before = { name: "a", price: { amountMinor: 1, currency: "EUR" }, tags: [1], old: 1 };
  const after = { name: "a", price: { amountMinor: 2, currency: "EUR" }, tags: [1, 2], new: 1 };

  const fields = changedFields(before, after);

  expect(fields).toStrictEqual(["$.new", "$.old", "$.price.amountMinor", "$.tags"]);
});

describe("a long trail", () => {
  const HOUR_MS = 3_600_000;
  const entry = (index: number, action: AuditEntry["action"] = "changed"): AuditEntry => ({
    at: new Date(index * HOUR_MS).toISOString(),
    by: { id: "person-1", kind: "person", requestId: `request-${index}` },
    action,
    fields: [],
  });
  const trailOf = (count: number): AuditTrail => {
    let trail = withEntry([], entry(0, "created"));
    for (let index = 1; index < count; index += 1) trail = withEntry(trail, entry(index));
    return trail;
  };

  it("keeps all of the newest entries", () => {
    const newest = Array.from({ length: MAX_AUDIT_ENTRIES }, (_, index) => entry(index + 30));

    expect(trailOf(30 + MAX_AUDIT_ENTRIES).slice(-MAX_AUDIT_ENTRIES)).toStrictEqual(newest);
  });

  it("keeps of the older ones what happened on which day", () => {
    const older = trailOf(3 * 24).slice(0, -MAX_AUDIT_ENTRIES);

    expect(older).toStrictEqual([entry(0, "created"), entry(23), entry(47), entry(51)]);
  });

  it("does not grow for ever", () => {
    expect(trailOf(100 * 24)).toHaveLength(MAX_AUDIT_ENTRIES + 10);
  });
});
