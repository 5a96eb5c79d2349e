import { once } from "../../../src/domain/once.ts";

describe("what is built once", () => {
  it("is the same on each call", async () => {
    const get = once(async () => ({}));

    const [first, second] = await Promise.all([get(), get()]);

    expect(first).toBe(second);
  });

  it("is built again after it could not be built", async () => {
    let calls = 0;
    const get = once(async () => {
      calls += 1;
      if (calls === 1) throw new Error("no file handle left");
      return { calls };
    });

    await expect(get()).rejects.toThrow("no file handle left");

    await expect(get()).resolves.toEqual({ calls: 2 });
  });

  it("is built again after building it threw", () => {
    let calls = 0;
    const get = once(() => {
      calls += 1;
      if (calls === 1) throw new Error("not yet");
      return { calls };
    });

    expect(get).toThrow("not yet");

    expect(get()).toEqual({ calls: 2 });
  });
});
