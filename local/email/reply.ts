export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly html?: string;
  /** Sent as they are, with the type that `headers` say. */
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export const failure = (status: number, code: string, message: string): Reply => ({
  status,
  json: { error: { code, message } },
  headers: { "x-ms-error-code": code },
});
