/** The cases of the variant `error-code` of `wasi:http/types` that the host gives. */
export type ErrorCode =
  | { tag: "HTTP-request-denied" | "HTTP-request-URI-invalid" | "HTTP-response-timeout" | "connection-refused" }
  | { tag: "HTTP-request-body-size" | "HTTP-response-body-size"; val: bigint | undefined }
  | { tag: "internal-error"; val: string };

/** Makes the case for an error of the host's fetch, by its code and message (docs/reference/fetch.md). */
export function errorCodeOf({ code, message }: { code: string; message: string }): ErrorCode {
  switch (code) {
    case "PLINTH_FETCH_DENIED":
      return { tag: "HTTP-request-denied" };
    case "PLINTH_FETCH_TIMEOUT":
      return { tag: "HTTP-response-timeout" };
    case "PLINTH_FETCH_TOO_LARGE":
      return { tag: "HTTP-response-body-size", val: undefined };
    default:
      return { tag: "internal-error", val: `${code}: ${message}` };
  }
}
