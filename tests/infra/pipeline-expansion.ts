/** Expands the templates of the pipeline, as Azure DevOps does before it runs anything. */
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { parse } from "yaml";
import * as z from "zod";

type Values = Readonly<Record<string, unknown>>;

const parameterSchema = z.strictObject({
  name: z.string(),
  type: z.enum(["string", "boolean", "number", "object"]),
  displayName: z.string().optional(),
  default: z.unknown().optional(),
});
const fileSchema = z.looseObject({ parameters: z.array(parameterSchema).optional() });
const recordSchema = z.record(z.string(), z.unknown());
const templateSchema = z.strictObject({
  template: z.string(),
  parameters: recordSchema.optional(),
});

const EXPRESSION = /\$\{\{\s*([^}]+?)\s*\}\}/g;
const EACH = /^\$\{\{ each (\w+) in ([\w.]+) \}\}$/;
const IF = /^\$\{\{ if ([\w.]+) \}\}$/;
const ELSE = /^\$\{\{ else \}\}$/;

/** @throws {Error} for a name that nothing declares. */
const lookUp = (expression: string, values: Values): unknown =>
  expression.split(".").reduce<unknown>((value, name) => {
    const inner = recordSchema.parse(value);
    if (!Object.hasOwn(inner, name)) throw new Error(`${expression}: there is no ${name}`);
    return inner[name];
  }, values);

const expandText = (text: string, values: Values): unknown => {
  const whole = /^\$\{\{\s*([^}]+?)\s*\}\}$/.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, values);
  return text.replace(EXPRESSION, (_, expression: string) => String(lookUp(expression, values)));
};

const isTypeOf = (value: unknown, type: z.infer<typeof parameterSchema>["type"]): boolean =>
  type === "object" ? typeof value === "object" : typeof value === type;

/** @throws {Error} for a parameter that is missing, of another type, or declared nowhere. */
const bind = (
  file: string,
  declared: readonly z.infer<typeof parameterSchema>[],
  given: Values,
): Values => {
  const names = declared.map(({ name }) => name);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`${file} declares no ${unknown.join(", ")}`);
  return Object.fromEntries(
    declared.map(({ name, type, default: usual }) => {
      const value = given[name] ?? usual;
      if (!isTypeOf(value, type)) throw new Error(`${file}: ${name} must be a ${type}`);
      return [name, value];
    }),
  );
};

const firstEntry = (item: unknown): readonly [key: string, value: unknown] =>
  Object.entries(recordSchema.safeParse(item).data ?? {})[0] ?? ["", undefined];

class Expander {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  file(path: string, given: Values): Values {
    const text = readFileSync(join(this.#root, path), "utf8");
    const { parameters = [], ...rest } = fileSchema.parse(parse(text));
    const values = { parameters: bind(path, parameters, given) };
    return recordSchema.parse(this.#node(rest, path, values));
  }

  #node(node: unknown, file: string, values: Values): unknown {
    if (typeof node === "string") return expandText(node, values);
    if (Array.isArray(node)) return this.#list(node, file, values);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, inner]) => [key, this.#node(inner, file, values)]),
    );
  }

  #list(items: readonly unknown[], file: string, values: Values): readonly unknown[] {
    let taken = false;
    return items.flatMap((item) => {
      const [key, inner] = firstEntry(item);
      const each = EACH.exec(key);
      if (each !== null) {
        const [, name = "", list = ""] = each;
        const members = z.array(z.unknown()).parse(lookUp(list, values));
        return members.flatMap((one) => this.#node(inner, file, { ...values, [name]: one }));
      }
      const condition = IF.exec(key)?.[1];
      if (condition !== undefined) {
        taken = lookUp(condition, values) === true;
        return taken ? this.#node(inner, file, values) : [];
      }
      if (ELSE.test(key)) return taken ? [] : this.#node(inner, file, values);
      if (key === "template") return this.#template(item, file, values);
      return [this.#node(item, file, values)];
    });
  }

  /** @returns the stages or steps of the template, which stand where it was named. */
  #template(item: unknown, file: string, values: Values): readonly unknown[] {
    const { template, parameters = {} } = templateSchema.parse(item);
    const given = recordSchema.parse(this.#node(parameters, file, values));
    const body = this.file(normalize(join(dirname(file), template)), given);
    return z.array(z.unknown()).parse(body["stages"] ?? body["steps"]);
  }
}

/** @returns the pipeline in one piece. */
export const expandPipeline = (root = "."): Values =>
  new Expander(root).file("azure-pipelines.yml", {});
