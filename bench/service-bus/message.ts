import { binary, list, section, string } from "../../local/service-bus/codec/write.ts";
import { SECTION } from "../../local/service-bus/codec/sections.ts";

const BODY = Buffer.alloc(1_024, "x");

/** A message of 1 KB with an id, encoded. */
export const messageOf = (id: number): Buffer =>
  Buffer.concat([
    section(SECTION.properties, list([string(`message-${id}`)])),
    section(SECTION.data, binary(BODY)),
  ]);

/** A batch of such messages, as clients send it. */
export const batchOf = (firstId: number, count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      section(SECTION.data, binary(messageOf(firstId + index))),
    ),
  );
