import { callingStorage } from "../../../src/adapters/blob/blob-errors.ts";
import { calling } from "../../../src/adapters/cosmos/cosmos-errors.ts";

const failing = (code: string) => () =>
  Promise.reject(Object.assign(new Error("it failed"), { name: "RestError", code }));
const open = () => Promise.resolve({});

describe.each([
  ["the database", calling],
  ["storage", callingStorage],
])("a call to %s", (_name, call) => {
  it.each([
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ERR_STREAM_PREMATURE_CLOSE",
    "REQUEST_SEND_ERROR",
  ])("may be made again when there was no answer: %s", async (code) => {
    await expect(call(open, failing(code))).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each(["ERR_INVALID_ARG_TYPE", "BlobNotFound"])(
    "fails for good by what is wrong with it: %s",
    async (code) => {
      await expect(call(open, failing(code))).rejects.toThrow("it failed");
    },
  );
});
