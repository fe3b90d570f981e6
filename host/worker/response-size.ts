/** Whether a response can be sent: its body obeys the tenant's limit, its headers what clients and proxies take. */
import type { HeaderField } from "../protocol/contract.ts";
import type { FailedOutcome } from "../protocol/slot-step.ts";

/** Headers, counted as RFC 9113 does (section 6.5.2: name, value and 32 bytes a field). The main thread checks and writes each. */
const HEADER_LIMIT_BYTES = 256 << 10;
const FIELD_BYTES = 32;

/** @returns how a step ends whose response is too large, or null */
export function responseTooLarge(
  { headers, body }: { headers: readonly HeaderField[]; body: Uint8Array },
  bodyLimitBytes: number,
): FailedOutcome | null {
  return bodyTooLarge(body, bodyLimitBytes) ?? headersTooLarge(headers);
}

/** The same for a response whose headers have a limit of their own. */
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
