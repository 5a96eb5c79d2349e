/** The page to look around with. It speaks the protocol like any other client. */
import { readFileSync } from "node:fs";

import { EMULATOR_KEY } from "../emulator-key.ts";
import type { Reply } from "./reply.ts";

const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'";

/** The emulator's key is no secret, and goes into the page; any other must be typed in. */
export const explorerPage = (key: string): Reply => {
  const page = readFileSync(new URL("explorer.html", import.meta.url), "utf8");
  return {
    status: 200,
    body: page.replace("{{key}}", key === EMULATOR_KEY ? key : ""),
    contentType: "text/html; charset=utf-8",
    headers: {
      "cache-control": "no-store",
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
    },
  };
};
