import { callUrlKind } from "../../../../src/functions/jobs/kinds/call-url.ts";
import { HOSTILE_URLS } from "../../../helpers/hostile-urls.ts";
import { jobInMemory } from "../../../helpers/job-run.ts";

const kind = callUrlKind(({ url, body }) => Promise.reject(new Error(`${url} ${String(body)}`)));

const input = { url: "https://shop.example/hook", body: { sku: "A-1" } };
const now = new Date("2026-11-25T12:00:00Z");

const problemsOf = (value: unknown): readonly string[] =>
  kind.input.safeParse(value).error?.issues.map(({ path }) => path.join(".")) ?? [];

it.each([null, false, 0, "", [], {}, { deep: [1, { x: null }] }])("takes %j for a body", (body) => {
  expect(kind.input.parse({ ...input, body })).toEqual({ ...input, body });
});

it.each<[string, unknown, readonly string[]]>([
  ["no URL", { body: 1 }, ["url"]],
  ["no body", { url: input.url }, ["body"]],
  ["a body that is too large", { ...input, body: "x".repeat(65_535) }, ["body"]],
  ["a delay that is too long", { ...input, delaySeconds: 604_801 }, ["delaySeconds"]],
  ["a delay into the past", { ...input, delaySeconds: -1 }, ["delaySeconds"]],
  ["no instant", { ...input, notBefore: "tomorrow" }, ["notBefore"]],
  ["an instant too far ahead", { ...input, notBefore: "2999-01-01T00:00:00Z" }, ["notBefore"]],
  ["two times", { ...input, delaySeconds: 1, notBefore: "2026-11-25T12:00:00Z" }, ["notBefore"]],
  ["a field that is not known", { ...input, method: "PUT" }, [""]],
])("refuses %s", (_, value, problems) => {
  expect(problemsOf(value)).toEqual(problems);
});

it("refuses what is no URL to call before anything is queued", () => {
  const malformed = HOSTILE_URLS.filter(({ code }) => code === "call-url-refused");

  const taken = malformed.filter(
    ({ url }) => problemsOf({ ...input, url: url.replace("PORT", "80") }).length === 0,
  );

  expect(taken).toEqual([]);
});

it("begins at once, after a delay, or at an instant", () => {
  const begin = (more: object) => kind.notBefore(kind.input.parse({ ...input, ...more }), now);

  expect(begin({})).toBeUndefined();
  expect(begin({ delaySeconds: 60 })).toEqual(new Date("2026-11-25T12:01:00Z"));
  expect(begin({ notBefore: "2026-11-25T14:00:00+01:00" })).toEqual(
    new Date("2026-11-25T13:00:00Z"),
  );
});

it("calls the URL with the body", async () => {
  const run = kind.run({ ...input, body: 7 }, jobInMemory("job-1").run());

  await expect(run).rejects.toThrow("https://shop.example/hook 7");
});
