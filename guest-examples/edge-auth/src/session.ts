/** A session in a cookie: `BASE64URL(JSON).BASE64URL(HMAC-SHA-256)`. The program itself stores nothing. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64url, fromBase64url } from "./base64url.ts";

interface Session {
  readonly user: string;
  /** Time at which the session ends, ms since 1970. */
  readonly expires: number;
}

export const SESSION_SECONDS = 8 * 60 * 60;

/** @param now ms since 1970 */
export function signSession(user: string, key: string, now: number): string {
  const session: Session = { user, expires: now + SESSION_SECONDS * 1000 };
  const payload = base64url(new TextEncoder().encode(JSON.stringify(session)));
  return `${payload}.${base64url(signature(payload, key))}`;
}

/** @returns the user; null if the cookie is missing, forged or expired */
export function verifySession(cookie: string | null, key: string, now: number): string | null {
  const [payload, signed, ...rest] = cookie?.split(".") ?? [];
  if (payload === undefined || signed === undefined || rest.length > 0) return null;
  const given = fromBase64url(signed);
  if (given === null || !equal(given, signature(payload, key))) return null;
  // The key has signed the payload, so signSession made it.
  const { user, expires } = JSON.parse(new TextDecoder().decode(fromBase64url(payload)!)) as Session;
  return now < expires ? user : null;
}

function signature(payload: string, key: string): Uint8Array {
  const encoder = new TextEncoder();
  return hmac(sha256, encoder.encode(key), encoder.encode(payload));
}

/** Compares in a time that does not tell where the two differ. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
