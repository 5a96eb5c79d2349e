/** From a configuration to the entities of the namespace; whatever is wrong with it is told with its place. */
import { readFileSync } from "node:fs";

import type { NamespaceDefinition } from "../engine/definition.ts";
import { type Fields, readFields } from "../fields.ts";
import { withoutComments } from "./json-comments.ts";
import { readQueue, readTopic } from "./read-entities.ts";
import { checkTargets } from "./targets.ts";

/** Queues and topics share their names, and so do the subscriptions of a topic; case makes no difference. */
const checkNames = (namespace: Fields, { queues, topics }: NamespaceDefinition): void => {
  const check = (kind: string, named: readonly { readonly name: string }[]): void => {
    const seen = new Set<string>();
    for (const { name } of named) {
      if (seen.has(name.toLowerCase())) namespace.problem(kind, `there are two named "${name}"`);
      seen.add(name.toLowerCase());
    }
  };
  check("Queues and Topics", [...queues, ...topics]);
  for (const { name, subscriptions } of topics)
    check(`Topics/${name}/Subscriptions`, subscriptions);
};

const readNamespace = (namespace: Fields): NamespaceDefinition => {
  namespace.optionalText("Name");
  const definition = {
    queues: namespace.objects("Queues").map(readQueue),
    topics: namespace.objects("Topics").map(readTopic),
  };
  checkNames(namespace, definition);
  namespace.end();
  return definition;
};

const readConfig = (config: Fields): NamespaceDefinition => {
  const user = config.object("UserConfig");
  const [namespace, ...others] = user.objects("Namespaces").map(readNamespace);
  if (!namespace || others.length > 0) {
    user.problem("Namespaces", "there must be exactly one namespace");
  }
  const logging = user.object("Logging");
  logging.optionalText("Type");
  logging.end();
  user.end();
  config.end();
  return namespace ?? { queues: [], topics: [] };
};

/** @throws {Error} that names the place of everything the configuration has wrong. */
export const parseConfig = (config: unknown): NamespaceDefinition => {
  const definition = readFields("Service Bus configuration", config, readConfig);
  checkTargets(definition);
  return definition;
};

/** Reads a configuration file, which may have comments. */
export const readConfigFile = (file: string): NamespaceDefinition => {
  try {
    return parseConfig(JSON.parse(withoutComments(readFileSync(file, "utf8"))));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`${file}: ${text}`, { cause: error });
  }
};
