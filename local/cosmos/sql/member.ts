/** Reading a property or an array member. Own properties only: `c.constructor` is undefined. */

import { isArray, isObject } from "./json.ts";
import type { Value } from "./json.ts";
import type { Evaluate } from "./scope.ts";

/** Undefined when the value has no such member or the key does not suit it. */
const memberOf = (value: Value, key: Value): Value => {
  if (typeof key === "string") {
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return typeof key === "number" && isArray(value) ? value[key] : undefined;
};

export const memberAt = (value: Value, path: readonly (string | number)[]): Value => {
  let current = value;
  for (const key of path) {
    if (current === undefined) return undefined;
    current = memberOf(current, key);
  }
  return current;
};

/** A name that no object has by birth can be read without asking whether it is the object's own. */
const isPlain = (key: string): boolean => !(key in Object.prototype);

export const namedMember = (of: Evaluate, key: string): Evaluate => {
  if (!isPlain(key)) return (frame) => memberOf(of(frame), key);
  return (frame) => {
    const value = of(frame);
    return isObject(value) ? value[key] : undefined;
  };
};

export const computedMember =
  (of: Evaluate, key: Evaluate): Evaluate =>
  (frame) =>
    memberOf(of(frame), key(frame));

/** Any number of keys, one behind the other. */
export const memberPath =
  (of: Evaluate, keys: readonly Evaluate[]): Evaluate =>
  (frame) => {
    let value = of(frame);
    for (const key of keys) {
      if (value === undefined) return undefined;
      value = memberOf(value, key(frame));
    }
    return value;
  };
