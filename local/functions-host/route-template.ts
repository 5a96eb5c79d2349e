import { routeConstraint, type Check } from "./route-constraints.ts";

interface Literal {
  readonly kind: "literal";
  readonly text: string;
}

interface Parameter {
  readonly kind: "parameter";
  readonly name: string;
  readonly catchAll: boolean;
  readonly optional: boolean;
  readonly fallback: string | undefined;
  readonly checks: readonly Check[];
  /** The constraints as written, to compare two templates. */
  readonly constraints: string;
}

type Part = Literal | Parameter;

export interface RouteTemplate {
  /** The template without names and letter case: equal for two templates that match the same. */
  readonly shape: string;
  /** The shape segment by segment; `*` stands for any text, `**` for any rest. */
  readonly segments: readonly string[];
  /**
   * @param path decoded, beginning with `/`.
   * @returns the parameters, or undefined when the path does not match.
   */
  match(path: string): Readonly<Record<string, string>> | undefined;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const wrong = (template: string, why: string): Error =>
  new Error(`The route template '${template}' ${why}`);

/** Index after the brace that ends the parameter opened before `from`; doubled braces are text. */
const endOfParameter = (template: string, from: number): number => {
  let at = from;
  while (at < template.length) {
    const character = template[at];
    if ((character === "{" || character === "}") && template[at + 1] === character) at += 2;
    else if (character === "}") return at + 1;
    else at += 1;
  }
  throw wrong(template, "has a parameter without an end");
};

const CONSTRAINT = /^:([a-z]\w*)(?:\((.*?)\)(?=[:=?]|$))?/is;

const parseParameter = (template: string, inner: string): Parameter => {
  const head = /^(\*{0,2})([^:=?*{}/]+)/.exec(inner);
  if (head === null) throw wrong(template, `has a parameter without a name: '{${inner}}'`);
  const [whole, stars = "", name = ""] = head;
  let rest = inner.slice(whole.length);
  const checks: Check[] = [];
  const constraints: string[] = [];
  for (let found = CONSTRAINT.exec(rest); found !== null; found = CONSTRAINT.exec(rest)) {
    const [text, constraint = "", argument] = found;
    const unescaped = argument?.replaceAll("{{", "{").replaceAll("}}", "}");
    checks.push(routeConstraint(constraint.toLowerCase(), unescaped));
    constraints.push(text);
    rest = rest.slice(text.length);
  }
  const optional = rest === "?";
  if (rest !== "" && !optional && !rest.startsWith("="))
    throw wrong(template, `has a parameter that cannot be read: '{${inner}}'`);
  return {
    kind: "parameter",
    name,
    catchAll: stars !== "",
    optional,
    fallback: rest.startsWith("=") ? rest.slice(1) : undefined,
    checks,
    constraints: constraints.join(""),
  };
};

/** The parts of a template, segment by segment. */
const parse = (template: string): Part[][] => {
  const segments: Part[][] = [[]];
  let literal = "";
  const flush = (): void => {
    if (literal !== "") segments.at(-1)?.push({ kind: "literal", text: literal });
    literal = "";
  };
  for (let at = 0; at < template.length;) {
    const character = template.charAt(at);
    if ((character === "{" || character === "}") && template[at + 1] === character) {
      literal += character;
      at += 2;
    } else if (character === "{") {
      flush();
      const end = endOfParameter(template, at + 1);
      segments.at(-1)?.push(parseParameter(template, template.slice(at + 1, end - 1)));
      at = end;
    } else if (character === "/") {
      flush();
      segments.push([]);
      at += 1;
    } else {
      literal += character;
      at += 1;
    }
  }
  flush();
  return segments;
};

const partPattern = (part: Part): string => {
  if (part.kind === "literal") return escapeRegExp(part.text);
  return part.catchAll ? "([^]*)" : "([^/]+)";
};

const segmentPattern = (parts: readonly Part[]): string => {
  const last = parts.at(-1);
  const before = parts.at(-2);
  const pattern = parts.map(partPattern).join("");
  if (last?.kind !== "parameter") return `/${pattern}`;
  const mayBeAbsent = last.optional || last.catchAll || last.fallback !== undefined;
  if (!mayBeAbsent) return `/${pattern}`;
  if (parts.length === 1) return `(?:/${pattern})?`;
  // `{file}.{extension?}`: the dot goes with the extension.
  if (before?.kind === "literal" && before.text === ".") {
    const rest = parts.slice(0, -2).map(partPattern).join("").replaceAll("([^/]+)", "([^/]+?)");
    return `/${rest}(?:\\.([^/.]+))?`;
  }
  return `/${pattern}`;
};

const shapeOf = (part: Part): string => {
  if (part.kind === "literal") return part.text.toLowerCase();
  return `${part.catchAll ? "**" : "*"}${part.constraints}${part.optional ? "?" : ""}`;
};

/**
 * Reads a route template of ASP.NET Core: `{a}`, `{a?}`, `{a=b}`, `{*rest}`, `{id:guid}`, several
 * parts in one segment. Segments with several parts match greedily; `regex` is JavaScript's.
 *
 * @throws {Error} when it cannot be read, has an empty segment (a leading `/` makes one) or an
 *   unknown constraint.
 */
export const routeTemplate = (template: string): RouteTemplate => {
  const segments = template === "" ? [] : parse(template);
  if (segments.some((segment) => segment.length === 0))
    throw wrong(template, "has an empty segment; a route must not begin or end with '/'");
  const parameters = segments.flat().filter((part) => part.kind === "parameter");
  const regex = new RegExp(`^${segments.map(segmentPattern).join("")}/?$`, "i");
  return {
    shape: segments.map((parts) => parts.map(shapeOf).join("")).join("/"),
    segments: segments.map((parts) => parts.map(shapeOf).join("")),
    match: (path) => {
      const found = regex.exec(path);
      if (found === null) return undefined;
      const values: Record<string, string> = {};
      for (const [index, { name, fallback, checks }] of parameters.entries()) {
        const captured = found[index + 1];
        const value = captured === undefined || captured === "" ? fallback : captured;
        if (value === undefined) continue;
        if (!checks.every((check) => check(value))) return undefined;
        values[name] = value;
      }
      return values;
    },
  };
};
