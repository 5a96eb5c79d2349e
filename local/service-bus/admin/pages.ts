/** What each path of the administration interface shows. */
import type { Entity, Namespace } from "../engine/namespace.ts";
import { Queue } from "../engine/queue.ts";
import { Topic } from "../engine/topic.ts";
import {
  describe,
  describeNamespace,
  describeRule,
  describeSubscription,
  type Times,
} from "./descriptions.ts";
import { escapeXml } from "./xml.ts";

/** One entry of a feed, or the only one of a page. */
export interface Entry {
  /** Of the entity, as the client reads its name from it. */
  readonly path: string;
  readonly title: string;
  readonly content: string;
}

export type Page = { readonly entry: Entry } | { readonly feed: readonly Entry[] };

const entryOf = (entity: Entity, times: Times): Entry => ({
  path: entity.path,
  title: entity.path,
  content: describe(entity, times),
});

const isPlainQueue = (namespace: Namespace, entity: Entity): entity is Queue =>
  entity instanceof Queue && entity.deadLetters !== null && !namespace.subscriptionOf(entity);

const resources = (namespace: Namespace, kind: string, times: Times): Page | undefined => {
  const all = [...namespace.entities];
  switch (kind.toLowerCase()) {
    case "queues":
      return {
        feed: all
          .filter((entity) => isPlainQueue(namespace, entity))
          .map((entity) => entryOf(entity, times)),
      };
    case "topics":
      return {
        feed: all
          .filter((entity) => entity instanceof Topic)
          .map((entity) => entryOf(entity, times)),
      };
    default:
      return undefined;
  }
};

const NAMESPACE_NAME = "localhost";

const SUBSCRIPTIONS = "Subscriptions";

const ofTopic = (topic: Topic, parts: readonly string[], times: Times): Page | undefined => {
  const [name, rules, rule] = parts;
  const entries = [...topic.subscriptions.values()].map((subscription) => ({
    subscription,
    entry: {
      path: `${topic.path}/${SUBSCRIPTIONS}/${subscription.name}`,
      title: subscription.name,
      content: describeSubscription(subscription, times),
    },
  }));
  if (name === undefined) return { feed: entries.map(({ entry }) => entry) };
  const found = entries.find(
    ({ subscription }) => subscription.name.toLowerCase() === name.toLowerCase(),
  );
  if (!found || rules === undefined) return found && { entry: found.entry };
  if (rules.toLowerCase() !== "rules") return undefined;
  const ruleEntries = found.subscription.rules.definitions.map((definition) => ({
    path: `${found.entry.path}/Rules/${definition.name}`,
    title: definition.name,
    content: describeRule(definition),
  }));
  if (rule === undefined) return { feed: ruleEntries };
  const entry = ruleEntries.find(({ title }) => title.toLowerCase() === rule.toLowerCase());
  return entry && { entry };
};

/** @returns undefined when there is nothing at this path. */
export const pageAt = (namespace: Namespace, path: string, times: Times): Page | undefined => {
  const parts = path.split("/").filter((part) => part !== "");
  const [first = "", second = ""] = parts;
  if (first.toLowerCase() === "$namespaceinfo") {
    return {
      entry: {
        path: NAMESPACE_NAME,
        title: NAMESPACE_NAME,
        content: describeNamespace(NAMESPACE_NAME, times),
      },
    };
  }
  if (first.toLowerCase() === "$resources") return resources(namespace, second, times);
  const at = parts.findIndex((part) => part.toLowerCase() === "subscriptions");
  if (at > 0) {
    const topic = namespace.entity(parts.slice(0, at).join("/"));
    return topic instanceof Topic ? ofTopic(topic, parts.slice(at + 1), times) : undefined;
  }
  const entity = namespace.entity(parts.join("/"));
  if (!entity || (entity instanceof Queue && !isPlainQueue(namespace, entity))) return undefined;
  return { entry: entryOf(entity, times) };
};

const ATOM = "http://www.w3.org/2005/Atom";

const entryXml = (base: string, { path, title, content }: Entry): string =>
  `<entry xmlns="${ATOM}"><id>${escapeXml(`${base}/${path}`)}</id><title type="text">${escapeXml(title)}</title><content type="application/xml">${content}</content></entry>`;

export interface PageRange {
  /** Origin of the addresses of entities. */
  readonly base: string;
  /** Of the page itself, with a slash in front. */
  readonly path: string;
  readonly skip: number;
  readonly top: number;
}

const linkXml = (relation: string, href: string): string =>
  `<link rel="${relation}" href="${escapeXml(href)}"/>`;

/** Clients look for the next page only where there are several links. */
const linksXml = ({ base, path, skip, top }: PageRange, count: number): string => {
  const at = (start: number): string => `${base}${path}?$skip=${start}&$top=${top}`;
  const self = linkXml("self", at(skip));
  return skip + top < count ? self + linkXml("next", at(skip + top)) : self;
};

export const renderPage = (page: Page, range: PageRange): string => {
  const { base, skip, top } = range;
  if ("entry" in page) return entryXml(base, page.entry);
  const entries = page.feed.slice(skip, skip + top).map((entry) => entryXml(base, entry));
  const links = linksXml(range, page.feed.length);
  return `<feed xmlns="${ATOM}"><title type="text">Entities</title><id>${escapeXml(base)}</id>${links}${entries.join("")}</feed>`;
};
