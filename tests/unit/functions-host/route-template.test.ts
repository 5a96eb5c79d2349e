import { routeTemplate } from "../../../local/functions-host/route-template.ts";

const match = (template: string, path: string) => routeTemplate(template).match(path);

it.each([
  ["items/{id}", "/items/5", { id: "5" }],
  ["items/{id}", "/ITEMS/a-b/", { id: "a-b" }],
  ["items/{id?}", "/items", {}],
  ["items/{id=7}", "/items", { id: "7" }],
  ["items/{id=7}", "/items/8", { id: "8" }],
  ["files/{*rest}", "/files", {}],
  ["files/{*rest}", "/files/a/b", { rest: "a/b" }],
  ["files/{**rest}", "/files/a/b/", { rest: "a/b/" }],
  ["{*path}", "/", {}],
  ["jobs/{id}:cancel", "/jobs/a:b:cancel", { id: "a:b" }],
  ["{name}.{extension}", "/a.b.png", { name: "a.b", extension: "png" }],
  ["{name}.{extension?}", "/a", { name: "a" }],
  ["{name}.{extension?}", "/a.b.png", { name: "a.b", extension: "png" }],
  ["v{version}/x", "/v2/x", { version: "2" }],
  ["a{{b}}", "/a{b}", {}],
])("matches '%s' with %s", (template, path, params) => {
  expect(match(template, path)).toEqual(params);
});

it.each([
  ["items/{id}", "/items"],
  ["items/{id}", "/items/"],
  ["items/{id}", "/items/a/b"],
  ["items", "/items/a"],
  ["jobs/{id}:cancel", "/jobs/:cancel"],
  ["jobs/{id}:cancel", "/jobs/a"],
  ["a.b", "/axb"],
])("does not match '%s' with %s", (template, path) => {
  expect(match(template, path)).toBeUndefined();
});

const GUID = "0d6f2c8e-3b1a-4c5d-8e9f-001122334455";

it.each([
  ["int", ["0", "-5", "+5", "2147483647"], ["", "x", "1.0", "2147483648"]],
  ["long", ["9223372036854775807"], ["9223372036854775808"]],
  ["bool", ["true", "FALSE"], ["1", "yes"]],
  ["datetime", ["2026-05-01", "2026-05-01T10:00:00Z"], ["tomorrow"]],
  ["decimal", ["1.5", "-1"], ["1e5", "x"]],
  ["double", ["1.5", "1e5"], ["x"]],
  ["float", ["1.5"], ["1.5f"]],
  ["guid", [GUID, GUID.toUpperCase(), GUID.replaceAll("-", "")], [`${GUID}0`, "x"]],
  ["minlength(2)", ["ab"], ["a"]],
  ["maxlength(2)", ["ab"], ["abc"]],
  ["length(2)", ["ab"], ["a", "abc"]],
  ["length(2,3)", ["ab", "abc"], ["a", "abcd"]],
  ["min(3)", ["3"], ["2", "x"]],
  ["max(3)", ["3"], ["4"]],
  ["range(2,3)", ["2", "3"], ["1", "4"]],
  ["alpha", ["abC"], ["a1"]],
  [String.raw`regex(^\d{{3}}-[a-z]+$)`, ["123-ab", "123-AB"], ["12-ab", "123-"]],
  ["required", ["a"], []],
])("keeps to the constraint %s", (constraint, good, bad) => {
  const template = routeTemplate(`{value:${constraint}}`);

  expect(good.filter((value) => template.match(`/${value}`) === undefined)).toEqual([]);
  expect(bad.filter((value) => template.match(`/${value}`) !== undefined)).toEqual([]);
});

it("keeps to several constraints at once", () => {
  expect(match("{id:int:min(1)}", "/0")).toBeUndefined();
  expect(match("{id:int:min(1)?}", "/1")).toEqual({ id: "1" });
});

it.each([
  ["/items", "empty segment"],
  ["items/", "empty segment"],
  ["a//b", "empty segment"],
  ["{id", "without an end"],
  ["{}", "without a name"],
  ["{id:unknown}", "'unknown' could not be resolved"],
  ["{id:int(5)}", "'int' could not be resolved"],
  ["{id:min(x)}", "wrong arguments"],
  ["{id:length(1,2,3)}", "wrong arguments"],
])("refuses '%s'", (template, reason) => {
  expect(() => routeTemplate(template)).toThrow(reason);
});
