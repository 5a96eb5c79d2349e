import { HostJson, timeSpanMs } from "../../../local/functions-host/host-json.ts";

it("finds values without regard to case and falls back", () => {
  const json = new HostJson(
    { Extensions: { http: { routeprefix: "x", maxConcurrentRequests: -1 } } },
    {},
  );

  expect(json.text("extensions.http.routePrefix", "api")).toBe("x");
  expect(json.limit("extensions.http.maxConcurrentRequests", 5)).toBe(Infinity);
  expect(json.limit("extensions.http.maxOutstandingRequests", 5)).toBe(5);
});

it("lays settings over the file", () => {
  const json = new HostJson(
    { extensions: { http: { routePrefix: "api" } } },
    {
      AzureFunctionsJobHost__extensions__http__routePrefix: "",
      AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls: "3",
      AzureFunctionsJobHost__extensions__serviceBus__autoCompleteMessages: "false",
    },
  );

  expect(json.text("extensions.http.routePrefix", "x")).toBe("");
  expect(json.number("extensions.serviceBus.maxConcurrentCalls", 16)).toBe(3);
  expect(json.flag("extensions.serviceBus.autoCompleteMessages", true)).toBe(false);
});

it.each([
  ["00:05:00", 300_000],
  ["1.00:00:01", 86_401_000],
  ["00:00:00.25", 250],
  ["-1", -1],
  ["soon", undefined],
])("reads the time span '%s'", (text, ms) => {
  expect(timeSpanMs(text)).toBe(ms);
});

it("reads log levels and leaves out what is not one", () => {
  const json = new HostJson(
    { logging: { logLevel: { Default: "Warning", "Function.x": "Debug", y: "loud" } } },
    {},
  );

  expect([...json.logLevels()]).toEqual([
    ["default", "warning"],
    ["Function.x", "debug"],
  ]);
});
