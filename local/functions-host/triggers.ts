import type { TriggerKind } from "./listener.ts";

/** The kinds of trigger besides HTTP, each loaded when a function needs it, with its SDK. */
const KINDS: Readonly<Record<string, () => Promise<TriggerKind>>> = {
  queuetrigger: async () => (await import("./queue.ts")).queueTrigger,
  cosmosdbtrigger: async () => (await import("./cosmos-feed.ts")).cosmosTrigger,
  servicebustrigger: async () => (await import("./service-bus.ts")).serviceBusTrigger,
  blobtrigger: async () => (await import("./blob.ts")).blobTrigger,
  timertrigger: async () => (await import("./timer.ts")).timerTrigger,
  warmuptrigger: async () => (await import("./warmup.ts")).warmupTrigger,
};

export const triggerKind = (type: string): Promise<TriggerKind> | undefined => {
  const name = type.toLowerCase();
  return Object.hasOwn(KINDS, name) ? KINDS[name]?.() : undefined;
};
