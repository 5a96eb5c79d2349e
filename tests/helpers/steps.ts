/** Calls `around` in place of each method call of `target`; it makes the call, or not. */
export const steppedThrough = <T extends object>(
  target: T,
  around: (call: () => Promise<unknown>) => Promise<unknown>,
): T =>
  new Proxy(target, {
    get: (owner, name) => {
      const member: unknown = Reflect.get(owner, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) =>
        around(async () => {
          const result: unknown = await Reflect.apply(member, owner, args);
          return result;
        });
    },
  });

/** What a killed process does next: nothing. Thrown in its place. */
export class Crash extends Error {}

/**
 * Lets `steps` calls through and crashes at the next one.
 *
 * @param effect whether that call still reaches the store; its answer never comes back.
 */
export const crashAfter = (
  steps: number,
  effect: "with effect" | "without effect",
): ((call: () => Promise<unknown>) => Promise<unknown>) => {
  let left = steps;
  return async (call) => {
    left -= 1;
    if (left >= 0) return call();
    if (left === -1 && effect === "with effect") await call();
    throw new Crash();
  };
};
