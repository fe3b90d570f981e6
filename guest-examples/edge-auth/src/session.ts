/** A session in a cookie: `BASE64URL(JSON).BASE64URL(HMAC-SHA-256)`. The program itself stores nothing. */
import { base64url, fromBase64url } from "./base64url.ts";

interface Session {
  readonly user: string;
  /** Time at which the session ends, ms since 1970. */
  readonly expires: number;
}

export const SESSION_SECONDS = 8 * 60 * 60;

/** @param now ms since 1970 */
export async function signSession(user: string, key: string, now: number): Promise<string> {
  const session: Session = { user, expires: now + SESSION_SECONDS * 1000 };
  const payload = base64url(utf8(JSON.stringify(session)));
  const signature = await crypto.subtle.sign("HMAC", await hmacKey(key, "sign"), utf8(payload));
  return `${payload}.${base64url(new Uint8Array(signature))}`;
}

/** @returns the user; null if the cookie is missing, forged or expired */
export async function verifySession(cookie: string | null, key: string, now: number): Promise<string | null> {
  const [payload, signed, ...rest] = cookie?.split(".") ?? [];
  if (payload === undefined || signed === undefined || rest.length > 0) return null;
  const signature = fromBase64url(signed);
  if (signature === null) return null;
  // This compares in a time that does not tell where the two differ.
  if (!(await crypto.subtle.verify("HMAC", await hmacKey(key, "verify"), signature, utf8(payload)))) return null;
  // The key has signed the payload, so signSession made it.
  const { user, expires } = JSON.parse(new TextDecoder().decode(fromBase64url(payload)!)) as Session;
  return now < expires ? user : null;
}

function hmacKey(key: string, usage: "sign" | "verify"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", utf8(key), { name: "HMAC", hash: "SHA-256" }, false, [usage]);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
