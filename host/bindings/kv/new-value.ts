import { plinthError } from "../../errors.ts";
import type { JsonValue } from "../../store/store.ts";
import { METADATA_BYTES, SHORTEST_TTL_SECONDS, VALUE_BYTES } from "./limits.ts";
import { checkKey, quote } from "./names.ts";
import type { NewValue } from "./operations.ts";

export interface NewValueOptions {
  /** Null for none. */
  readonly metadata?: JsonValue | undefined;
  /** Whole seconds since the epoch. */
  readonly expiration?: number | undefined;
  /** Whole seconds from now. It takes precedence over `expiration`. */
  readonly expirationTtl?: number | undefined;
}

/**
 * Checks a value that is to be put.
 *
 * @param bytes copied: they may be a part of something larger
 * @throws PlinthError PLINTH_KV_KEY, PLINTH_KV_VALUE_TOO_LARGE, PLINTH_KV_METADATA_TOO_LARGE, PLINTH_KV_EXPIRATION
 */
export function newValue(key: string, bytes: Uint8Array, options: NewValueOptions): NewValue {
  checkKey(key);
  if (bytes.length > VALUE_BYTES) {
    throw plinthError("PLINTH_KV_VALUE_TOO_LARGE", [quote(key), bytes.length, VALUE_BYTES]);
  }
  const { metadata = null } = options;
  return {
    key,
    value: new Uint8Array(bytes),
    metadata: metadata === null ? null : serialised(key, metadata),
    expiration: expirationOf(key, options),
  };
}

function serialised(key: string, metadata: JsonValue): string {
  const json = JSON.stringify(metadata);
  const bytes = Buffer.byteLength(json);
  if (bytes > METADATA_BYTES) throw plinthError("PLINTH_KV_METADATA_TOO_LARGE", [quote(key), bytes, METADATA_BYTES]);
  return json;
}

function expirationOf(key: string, { expiration, expirationTtl }: NewValueOptions): number | null {
  const now = Math.floor(Date.now() / 1000);
  const time = expirationTtl === undefined ? expiration : now + expirationTtl;
  if (time === undefined) return null;
  if (time >= now + SHORTEST_TTL_SECONDS && Number.isSafeInteger(time)) return time;
  const when = expirationTtl === undefined ? `at ${time} s since 1970` : `${expirationTtl} s from now`;
  throw plinthError("PLINTH_KV_EXPIRATION", [quote(key), when, SHORTEST_TTL_SECONDS]);
}
