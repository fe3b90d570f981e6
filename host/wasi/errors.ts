export type WasiErrorCode =
  /** Not valid WebAssembly. */
  | "malformed"
  /** A core module that cannot be started as a WASI command. */
  | "not-a-wasi-command"
  /** It imports something besides WASI preview 1; `details.import` names it. */
  | "unsupported-import"
  /** It trapped. */
  | "trap"
  /** It wrote more to standard output than a response may have. */
  | "output-limit"
  /** Its standard output is no CGI response. */
  | "bad-response";

/** Why a WASI command was refused, or how its request ended. */
export class WasiError extends Error {
  readonly code: WasiErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: WasiErrorCode, message: string, details: Record<string, string | number> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "WasiError";
    this.code = code;
    this.details = details;
  }
}
