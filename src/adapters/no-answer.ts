/** What the transport of the SDKs says, and what Node says of a body that ends too soon. */
const CODES: ReadonlySet<string> = new Set(["REQUEST_SEND_ERROR", "ERR_STREAM_PREMATURE_CLOSE"]);

/** What the system says: `ECONNRESET`, `EAI_AGAIN`. The rest of Node's own, `ERR_…`, are mistakes of ours. */
const SYSTEM = /^E(?!RR_)[A-Z_]+$/u;

/** Whether an error's code says that no answer came, or none to the end: the same call may work later. */
export const isNoAnswer = (code: string): boolean => CODES.has(code) || SYSTEM.test(code);
