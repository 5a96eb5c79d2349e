import type { NamespaceDefinition } from "../engine/definition.ts";

const checkNoCycle = (start: string, forwards: ReadonlyMap<string, string | null>): void => {
  const seen = new Set<string>();
  for (let path: string | null = start; path !== null;) {
    if (seen.has(path)) throw new Error(`${start} forwards to itself, by way of others or not`);
    seen.add(path);
    path = forwards.get(path)?.toLowerCase() ?? null;
  }
};

/** @throws {Error} when an entity forwards to one that does not exist, or by way of others to itself. */
export const checkTargets = ({ queues, topics }: NamespaceDefinition): void => {
  const forwards = new Map<string, string | null>();
  const dead: [string, string][] = [];
  const receivers = [
    ...queues.map((queue) => ({ path: queue.name, settings: queue.settings })),
    ...topics.flatMap((topic) =>
      topic.subscriptions.map(({ name, settings }) => ({
        path: `${topic.name}/Subscriptions/${name}`,
        settings,
      })),
    ),
  ];
  for (const { name } of topics) forwards.set(name.toLowerCase(), null);
  for (const { path, settings } of receivers) {
    forwards.set(path.toLowerCase(), settings.forwardTo);
    if (settings.forwardDeadLetteredTo !== null) dead.push([path, settings.forwardDeadLetteredTo]);
  }
  for (const [path, target] of [...forwards, ...dead]) {
    if (target !== null && !forwards.has(target.toLowerCase())) {
      throw new Error(`${path} forwards to "${target}", which does not exist`);
    }
  }
  for (const path of forwards.keys()) checkNoCycle(path, forwards);
};
