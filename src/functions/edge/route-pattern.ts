/** Patterns of the constraints that routes use; a new constraint must be added here. */
const CONSTRAINTS: Readonly<Record<string, string>> = {
  guid: "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
  int: "-?\\d+",
};

const PARAMETER = /\{(?<catchAll>\*{0,2})\w+(?::(?<constraint>[^}]*))?\}/gu;
const REGEX_CONSTRAINT = /^regex\((?<source>.*)\)$/u;

const escape = (literal: string): string =>
  literal.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);

const parameterPattern = (catchAll: string, constraint: string | undefined): string => {
  if (catchAll !== "") return ".*";
  if (constraint === undefined) return "[^/]+";
  const source = CONSTRAINTS[constraint] ?? REGEX_CONSTRAINT.exec(constraint)?.groups?.["source"];
  if (source === undefined) throw new Error(`No pattern for the route constraint ${constraint}`);
  // A parameter ends with its segment, also one that is described by what it is not.
  return `(?:${source.replace(/^\^|\$$/gu, "").replaceAll("[^", "[^/")})`;
};

/** Which paths a route matches: without regard to case in its literals, as the Functions host does. */
export const routePattern = (path: string): RegExp => {
  let pattern = "";
  let end = 0;
  for (const match of path.matchAll(PARAMETER)) {
    pattern += escape(path.slice(end, match.index));
    pattern += parameterPattern(match.groups?.["catchAll"] ?? "", match.groups?.["constraint"]);
    end = match.index + match[0].length;
  }
  return new RegExp(`^/${pattern}${escape(path.slice(end))}/?$`, "iu");
};
