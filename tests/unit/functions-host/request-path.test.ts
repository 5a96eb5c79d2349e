import { decodePath } from "../../../local/functions-host/request-path.ts";

it.each([
  ["/a?b=/c", "/a"],
  ["/a%20b", "/a b"],
  ["/a%2Fb%2fc", "/a%2Fb%2Fc"],
  ["/%C3%A9", "/é"],
  ["/%ff%zz%", "/%ff%zz%"],
  ["/a/./b/../c", "/a/c"],
  ["/a/%2e%2e/b", "/b"],
  ["/../..", "/"],
  ["/a/..", "/"],
  ["/.well-known/x", "/.well-known/x"],
])("reads %s as %s", (target, path) => {
  expect(decodePath(target)).toBe(path);
});
