/**
 * Builds the value on the first call and gives the same one after. A failure is not remembered, neither a
 * throw nor the rejection of a promise: the next call tries again.
 */
export const once = <T extends object>(build: () => T): (() => T) => {
  let value: T | undefined;
  return () => {
    if (value !== undefined) return value;
    const built = build();
    value = built;
    if (built instanceof Promise) built.catch(() => (value = undefined));
    return built;
  };
};
