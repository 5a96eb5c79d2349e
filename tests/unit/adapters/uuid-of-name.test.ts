import * as fc from "fast-check";

import { uuidOfName } from "../../../src/adapters/uuid-of-name.ts";

describe("the id of a name", () => {
  it("is a UUID, the same for the same name and another for another", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(uuidOfName(one)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u,
        );
        expect(uuidOfName(one) === uuidOfName(other)).toBe(one === other);
      }),
    );
  });
});
