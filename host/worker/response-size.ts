/**
 * Checks the size of a response: its body against the tenant's limit, its headers against what clients and proxies take.
 */
import type { HeaderField } from "../protocol/contract.ts";
import type { FailedOutcome } from "../protocol/slot-step.ts";

/** The most bytes of headers. RFC 9113 (section 6.5.2) counts name, value and 32 bytes for each field. */
const HEADER_LIMIT_BYTES = 256 << 10;
const FIELD_BYTES = 32;

/** @returns the outcome of a step whose response is too large; null if the response can be sent */
export function responseTooLarge(
  { headers, body }: { headers: readonly HeaderField[]; body: Uint8Array },
  bodyLimitBytes: number,
): FailedOutcome | null {
  return bodyTooLarge(body, bodyLimitBytes) ?? headersTooLarge(headers);
}

/** Checks a response whose headers have their own limit. */
export function bodyTooLarge({ byteLength }: Uint8Array, limitBytes: number): FailedOutcome | null {
  if (byteLength <= limitBytes) return null;
  return { tag: "failed", message: `the response body has ${byteLength} bytes`, limit: "response" };
}

function headersTooLarge(headers: readonly HeaderField[]): FailedOutcome | null {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.byteLength + FIELD_BYTES, 0);
  if (bytes <= HEADER_LIMIT_BYTES) return null;
  const message = `the response's headers take ${bytes} bytes; at most ${HEADER_LIMIT_BYTES} can be sent`;
  return { tag: "failed", message, limit: "response-headers" };
}
