/** Calls over real sockets, with a resolver that says what a test wants. */
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { performance } from "node:perf_hooks";

import { GuardedHttpSender } from "../../src/adapters/http/guarded-http-sender.ts";
import { StandardWebhooksSigner } from "../../src/adapters/http/standard-webhooks-signer.ts";
import { isExempt } from "../../src/domain/calls/call-target.ts";
import { type MakeCall, makeMakeCall } from "../../src/domain/calls/make-call.ts";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Names, each with what one lookup after the other finds; the last is found from then on. */
export type Names = Readonly<Record<string, readonly (readonly string[])[]>>;

export interface Calling {
  readonly makeCall: MakeCall;
  /** Names that were looked up, in order. */
  readonly lookups: readonly string[];
}

export interface CallingOptions {
  readonly names?: Names;
  readonly exemptHosts?: readonly string[];
  readonly requireHttps?: boolean;
  readonly timeoutMs?: number;
  readonly secrets?: readonly string[];
}

export const calling = ({
  names = {},
  exemptHosts = [],
  requireHttps = false,
  timeoutMs = 5_000,
  secrets = [SECRET],
}: CallingOptions = {}): Calling => {
  const lookups: string[] = [];
  const rules = { exemptHosts, requireHttps };
  const resolve = async (name: string): Promise<LookupAddress[]> => {
    const count = lookups.filter((seen) => seen === name).length;
    lookups.push(name);
    const found = names[name]?.[count] ?? names[name]?.at(-1);
    if (!found) throw Object.assign(new Error(`no such name: ${name}`), { code: "ENOTFOUND" });
    return found.map((address) => ({ address, family: isIP(address) }));
  };
  const makeCall = makeMakeCall({
    sender: new GuardedHttpSender({ resolve, isExempt: (url) => isExempt(rules, url) }),
    signer: new StandardWebhooksSigner(secrets),
    rules,
    timeoutMs,
    now: () => new Date(),
    elapsedMs: () => performance.now(),
  });
  return { makeCall, lookups };
};

/** A call to a URL, with an id and a body that mean nothing. */
export const callTo = (url: string, signal = new AbortController().signal) => ({
  url,
  id: "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
  body: '{"hello":"world"}',
  signal,
});
