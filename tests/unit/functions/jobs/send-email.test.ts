import { sendEmailKind } from "../../../../src/functions/jobs/kinds/send-email.ts";
import { jobInMemory } from "../../../helpers/job-run.ts";

const kind = sendEmailKind(({ to, template }) =>
  Promise.resolve({ template, recipients: Array.isArray(to) ? to.length : 1 }),
);

const input = {
  to: ["ada@example.com"],
  template: "message",
  parameters: { subject: "Hello", text: "Hello\n\tAda" },
};
const withParameters = (parameters: object) => ({ ...input, parameters });
const product = { sku: "A-1", name: "Cup", stock: 0 };

it.each<[string, unknown]>([
  ["addresses", input],
  ["an internationalised address", { ...input, to: ["jörg@bücher.example"] }],
  ["fifty addresses", { ...input, to: Array.from({ length: 50 }, (_, i) => `a${i}@example.com`) }],
  ["a user", { ...input, to: { userId: "0190f5e4-7c5a-7c3e-8d2f-0123456789ab" } }],
  ["a welcome", { ...input, template: "welcome", parameters: { name: "Ada" } }],
  [
    "a low stock",
    { ...input, template: "low-stock", parameters: { threshold: 3, products: [product] } },
  ],
])("takes %s, and reads again what it has read", (_, value) => {
  const read = kind.input.parse(value);

  expect(kind.input.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
});

it.each<[string, unknown]>([
  ["nobody", { ...input, to: [] }],
  ["too many", { ...input, to: Array.from({ length: 51 }, (_, i) => `a${i}@example.com`) }],
  ["no address", { ...input, to: ["ada"] }],
  ["an address that begins a header", { ...input, to: ["ada@example.com\r\nBcc: b@example.com"] }],
  ["two addresses in one", { ...input, to: ["a@example.com, b@example.com"] }],
  ["an address with a name", { ...input, to: ["Ada <a@example.com>"] }],
  ["a user and more", { ...input, to: { userId: crypto.randomUUID(), to: ["a@example.com"] } }],
  ["a template that is not one", { ...input, template: "../message" }],
  ["parameters of another template", withParameters({ name: "Ada" })],
  ["an unknown field", { ...input, cc: ["b@example.com"] }],
  ["a subject that begins a header", withParameters({ subject: "A\r\nBcc: b@c.de", text: "B" })],
  ["a subject with another line end", withParameters({ subject: "A\u2028B", text: "B" })],
  ["a blank subject", withParameters({ subject: " ", text: "B" })],
  ["a long subject", withParameters({ subject: "A".repeat(201), text: "B" })],
  ["a long text", withParameters({ subject: "A", text: "B".repeat(32_769) })],
  ["half a character", withParameters({ subject: "A", text: "\ud800" })],
  ["a null character", withParameters({ subject: "A", text: "\u0000" })],
])("refuses %s before anything is queued", (_, value) => {
  expect(kind.input.safeParse(value).success).toBe(false);
});

it("sends what it has read", async () => {
  const result = kind.run(kind.input.parse(input), jobInMemory("job-1").run());

  await expect(result).resolves.toEqual({ template: "message", recipients: 1 });
});
