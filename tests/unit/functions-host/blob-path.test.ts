import { blobPattern } from "../../../local/functions-host/blob-path.ts";

it.each([
  ["uploads/{name}.{ext}", "a/b.c.png", { name: "a/b.c", ext: "png" }],
  ["uploads/products/{id}/{name}", "products/1/x/y", { id: "1/x", name: "y" }],
  ["uploads/{{x}}/{name}", "{x}/a", { name: "a" }],
  ["uploads", "anything/at/all", {}],
  ["uploads/fixed.txt", "fixed.txt", {}],
])("matches %s with %s", (path, name, params) => {
  expect(blobPattern(path).match(name)).toEqual(params);
});

it("compares names with their case and containers without", () => {
  const pattern = blobPattern("Uploads/A{rest}");

  expect(pattern.container).toBe("uploads");
  expect(pattern.match("a1")).toBeUndefined();
});

it("knows what every name begins with", () => {
  expect(blobPattern("uploads/products/{id}/x").prefix).toBe("products/");
  expect(blobPattern("uploads/fixed.txt").prefix).toBe("fixed.txt");
  expect(blobPattern("uploads").prefix).toBe("");
});

it.each(["", "/x", "uploads/", "{container}/x", "uploads/{a"])("refuses '%s'", (path) => {
  expect(() => blobPattern(path)).toThrow(/path of the form|without its counterpart/);
});
