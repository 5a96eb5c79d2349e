/**
 * The objects that pass between a Functions host and `@azure/functions`, as the Node.js worker of
 * Azure passes them: enumerations are strings, a typed datum has one member.
 */

export type LogLevel =
  | "trace"
  | "debug"
  | "information"
  | "warning"
  | "error"
  | "critical"
  | "none";
export type LogCategory = "user" | "system" | "customMetric";

export interface Duration {
  readonly seconds: number;
}

export interface RetryOptions {
  /** -1 retries for ever. */
  readonly maxRetryCount: number;
  readonly retryStrategy: "fixedDelay" | "exponentialBackoff";
  readonly delayInterval?: Duration;
  readonly minimumInterval?: Duration;
  readonly maximumInterval?: Duration;
}

/** One binding with all options of its trigger, input or output, flat. */
export interface Binding {
  readonly type: string;
  readonly direction: "in" | "out" | "inout";
  readonly dataType?: "undefined" | "string" | "binary" | "stream";
  readonly properties?: { readonly supportsDeferredBinding?: string };
  readonly [option: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  /** By binding name; `$return` is the return value. */
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: RetryOptions;
}

interface NullableText {
  readonly value: string;
}

export interface HttpRequestData {
  readonly method: string;
  readonly url: string;
  readonly nullableHeaders: Readonly<Record<string, NullableText>>;
  readonly nullableQuery: Readonly<Record<string, NullableText>>;
  readonly nullableParams: Readonly<Record<string, NullableText>>;
  readonly headers: object;
  readonly query: object;
  readonly params: object;
  /** Set to null once the library has copied it, so that it is held once only. */
  body: { readonly bytes: Uint8Array | ArrayBuffer } | null;
  readonly rawBody: null;
  readonly statusCode: "";
  readonly enableContentNegotiation: false;
  readonly identities: readonly [];
  readonly cookies: readonly [];
}

export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: NullableText;
  readonly path?: NullableText;
  readonly expires?: { readonly value: Duration };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  /** `none` is the absence of the attribute, `explicitNone` the attribute `none`. */
  readonly sameSite?: "none" | "lax" | "strict" | "explicitNone";
  readonly maxAge?: { readonly value: number };
}

export interface HttpResponseData {
  readonly statusCode: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly HttpCookie[];
  readonly body: { readonly bytes: Uint8Array };
}

/** What a host hands over; `{}` is .NET's null and arrives as `undefined`. */
export type InputDatum =
  | { readonly string: string }
  | { readonly json: string }
  | { readonly bytes: Uint8Array | ArrayBuffer }
  | { readonly http: HttpRequestData }
  | { readonly collectionString: { readonly string: readonly string[] } }
  | { readonly collectionBytes: { readonly bytes: readonly Uint8Array[] } }
  | { readonly collectionSint64: { readonly sint64: readonly number[] } }
  | Readonly<Record<string, never>>;

/** What the library hands back: one member is set. */
export interface OutputDatum {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: HttpResponseData;
}

export type TriggerMetadata = Record<string, InputDatum>;

interface NamedInput {
  readonly name: string;
  readonly data: InputDatum;
}

export interface RetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception?:
    | { readonly message: string; readonly source: string; readonly stackTrace: string }
    | undefined;
}

interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly NamedInput[];
  readonly triggerMetadata: TriggerMetadata;
  readonly traceContext: {
    readonly traceParent: string;
    readonly traceState: string;
    readonly attributes: Readonly<Record<string, string>>;
  };
  readonly retryContext: RetryContext | null;
}

export interface InvocationResponse {
  readonly invocationId: string;
  readonly outputData: readonly { readonly name: string; readonly data: OutputDatum }[];
  readonly returnValue?: OutputDatum | null;
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export type FunctionCallback = (...args: unknown[]) => unknown;

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    offered: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}

export const HOOK_NAMES = [
  "appStart",
  "appTerminate",
  "preInvocation",
  "postInvocation",
  "log",
] as const;
export type HookName = (typeof HOOK_NAMES)[number];
export type HookCallback = (context: object) => unknown;
