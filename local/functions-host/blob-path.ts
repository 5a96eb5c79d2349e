/** The option `path` of a blob trigger or binding: a container and a pattern for the names in it. */
export interface BlobPattern {
  readonly container: string;
  /** What every matching name begins with. */
  readonly prefix: string;
  /** @returns the value of each parameter, or undefined when the name does not match. */
  match(blobName: string): Readonly<Record<string, string>> | undefined;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const EVERY_BLOB = "{blob}";
const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g;

/** The pieces of a pattern: the text of a literal, or the name of a parameter. */
const tokensOf = (names: string): readonly (readonly [literal: string, param?: string])[] =>
  Array.from(names.matchAll(TOKEN), ([token, param]) => {
    if (param !== undefined) return ["", param];
    if (token === "{" || token === "}")
      throw new Error(`'${names}' has a brace without its counterpart`);
    return [token === "{{" || token === "}}" ? token.charAt(0) : token];
  });

/**
 * Reads a pattern such as `uploads/{name}.{ext}`. A parameter takes as much as it can, slashes
 * included; doubled braces are text; a container alone stands for every blob in it.
 *
 * @throws {Error} when it cannot be read, or the container is a parameter.
 */
export const blobPattern = (path: string): BlobPattern => {
  const slash = path.indexOf("/");
  const container = (slash === -1 ? path : path.slice(0, slash)).toLowerCase();
  const names = slash === -1 ? EVERY_BLOB : path.slice(slash + 1);
  if (container === "" || /[{}]/.test(container) || names === "")
    throw new Error(`'${path}' is not a path of the form 'container/pattern'`);
  const tokens = tokensOf(names);
  const params = tokens.flatMap(([, param]) => (param === undefined ? [] : [param]));
  const firstParam = tokens.findIndex(([, param]) => param !== undefined);
  const source = tokens.map(([literal, param]) =>
    param === undefined ? escapeRegExp(literal) : "([^]*)",
  );
  const regex = new RegExp(`^${source.join("")}$`);
  return {
    container,
    prefix: tokens
      .slice(0, firstParam === -1 ? tokens.length : firstParam)
      .map(([literal]) => literal)
      .join(""),
    match: (blobName) => {
      const found = regex.exec(blobName);
      if (found === null) return undefined;
      const values = params.map((name, index) => [name, found[index + 1] ?? ""] as const);
      return names === EVERY_BLOB ? {} : Object.fromEntries(values);
    },
  };
};
