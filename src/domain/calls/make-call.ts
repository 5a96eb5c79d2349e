import { judgeAnswer } from "./call-answer.ts";
import { type TargetRules, readTarget } from "./call-target.ts";
import { type Hop, followRedirect, isRedirect } from "./redirect.ts";

export interface OutgoingRequest {
  readonly method: Hop["method"];
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a receiver answered. Its body is nobody's business and not kept. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
}

export interface HttpSender {
  /**
   * Makes one request, and follows nothing. It connects to no address that is not public, unless the
   * host is exempt; of the answer it reads a bounded part.
   *
   * @throws {AppError} `call-address-refused` before a connection is opened; `call-unanswered` when no
   *   answer came in time.
   * @throws the reason of `signal` once that is aborted.
   */
  send(request: OutgoingRequest): Promise<ReceivedAnswer>;
}

export interface CallSigner {
  /**
   * @returns headers that tell the receiver what is sent, when, and that it is us.
   * @throws {AppError} `call-unsigned` where there is no secret to sign with.
   */
  sign(message: {
    readonly id: string;
    readonly sentAt: Date;
    readonly body: string;
  }): Promise<Readonly<Record<string, string>>>;
}

export interface Call {
  readonly url: string;
  /** JSON. */
  readonly body: string;
  /** The same on every repetition of this call: a receiver tells by it what it has seen. */
  readonly id: string;
  readonly signal: AbortSignal;
}

export interface CallResult {
  readonly status: number;
  /** Of this attempt, from the first request to the last answer. */
  readonly elapsedMs: number;
  readonly redirects: number;
}

export interface MakeCallDeps {
  readonly sender: HttpSender;
  readonly signer: CallSigner;
  readonly rules: TargetRules;
  /** For all requests of a call together. */
  readonly timeoutMs: number;
  readonly now: () => Date;
  /** A clock that never goes back. */
  readonly elapsedMs: () => number;
}

/**
 * Sends a body to a URL, once.
 *
 * @throws {AppError} passing: `call-unanswered`, `call-put-off`; for good: `call-url-refused`,
 *   `call-address-refused`, `call-redirect-refused`, `call-rejected`, `call-unsigned`.
 */
export type MakeCall = (call: Call) => Promise<CallResult>;

const JSON_HEADERS = { "content-type": "application/json" };

export const makeMakeCall = (deps: MakeCallDeps): MakeCall => {
  const headersOf = async (hop: Hop, { id, body }: Call): Promise<OutgoingRequest["headers"]> => {
    if (hop.method === "GET") return {};
    if (!hop.addressed) return JSON_HEADERS;
    return { ...JSON_HEADERS, ...(await deps.signer.sign({ id, body, sentAt: deps.now() })) };
  };

  return async (call) => {
    const startedMs = deps.elapsedMs();
    const takenMs = (): number => Math.round(deps.elapsedMs() - startedMs);
    let hop: Hop = { url: readTarget(call.url, deps.rules), method: "POST", addressed: true };
    for (let redirects = 0; ; redirects += 1) {
      const answer = await deps.sender.send({
        method: hop.method,
        url: hop.url,
        headers: await headersOf(hop, call),
        body: hop.method === "POST" ? call.body : undefined,
        timeoutMs: Math.max(1, deps.timeoutMs - takenMs()),
        signal: call.signal,
      });
      if (isRedirect(answer.status)) {
        hop = followRedirect(hop, answer, { ...deps.rules, count: redirects + 1 });
        continue;
      }
      judgeAnswer(answer, deps.now());
      return { status: answer.status, elapsedMs: takenMs(), redirects };
    }
  };
};
