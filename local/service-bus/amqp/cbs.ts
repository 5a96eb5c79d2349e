/** The `$cbs` node: every token is taken, as a developer's machine has nobody to keep out. */
import type { Receiver } from "rhea";

import { int, string } from "../codec/write.ts";
import type { LinkHandler } from "./broker.ts";
import { type Request, replyLinksOf } from "./request-node.ts";

const ACCEPTED_STATUS = 202;

export class CbsNode implements LinkHandler {
  request(receiver: Receiver, request: Request): void {
    replyLinksOf(receiver.connection).send(receiver, request, {
      properties: {
        "status-code": int(ACCEPTED_STATUS),
        "status-description": string("Accepted"),
      },
      body: null,
    });
  }

  gone(): void {
    // Nothing is kept for it.
  }
}
