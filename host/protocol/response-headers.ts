import type { HeaderField } from "./contract.ts";

/**
 * Headers of a response, counted as RFC 9113 does (section 6.5.2: name, value and 32 bytes a field). More than clients and
 * proxies take; the main thread checks and writes each of them.
 */
const RESPONSE_HEADER_LIMIT_BYTES = 256 << 10;
const FIELD_BYTES = 32;

/** @returns what is wrong with headers that are too large to be sent, or null */
export function headerExcess(headers: readonly HeaderField[]): string | null {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.byteLength + FIELD_BYTES, 0);
  if (bytes <= RESPONSE_HEADER_LIMIT_BYTES) return null;
  return `the response's headers take ${bytes} bytes; at most ${RESPONSE_HEADER_LIMIT_BYTES} can be sent`;
}
