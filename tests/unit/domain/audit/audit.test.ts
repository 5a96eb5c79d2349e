import {
  type AuditEntry,
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

it("keeps the newest entries of a long trail", () => {
  const entry = (index: number): AuditEntry => ({
    at: new Date(index).toISOString(),
    by: { id: "person-1", kind: "person", requestId: `request-${index}` },
    action: "changed",
    fields: [],
  });
  const count = MAX_AUDIT_ENTRIES + 10;

  let trail: readonly AuditEntry[] = [];
  for (let index = 0; index < count; index += 1) trail = withEntry(trail, entry(index));

  expect(trail).toHaveLength(MAX_AUDIT_ENTRIES);
  expect(trail.at(-1)).toStrictEqual(entry(count - 1));
});
