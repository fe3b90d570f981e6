/**
 * Which of two versions a visitor gets while a rollout is under way. The visitor's key decides, which stays the same
 * from request to request: the header `plinth-rollout-key`, or a cookie that the host sets.
 */
import { hash, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Target } from "../pool/target.ts";

/** The versions that serve a tenant. */
export interface Served {
  readonly active: Target;
  /** Another version, and the percentage of visitors that get it. */
  readonly rollout: { readonly target: Target; readonly percent: number } | null;
}

export interface Choice {
  readonly target: Target;
  /** Set-Cookie for the answer, where the visitor had no key. */
  readonly cookie: string | null;
}

/**
 * Header for clients that keep no cookies, and for operators who want to see one version or tell visitors apart
 * themselves.
 */
const ROLLOUT_HEADER = "plinth-rollout-key";
const ROLLOUT_COOKIE = "__plinth";

/** 30 days, in seconds. */
const COOKIE_AGE = 30 * 24 * 60 * 60;
const KEY_BYTES = 16;
const KEY = new RegExp(`(?:^|;)[ \t]*${ROLLOUT_COOKIE}=([A-Za-z0-9_-]{22})[ \t]*(?:;|$)`);

/** @param mount where the tenant stands in the visitor's paths, "" or "/t/NAME": the cookie goes to this tenant alone */
export function chooseVersion({ active, rollout }: Served, headers: IncomingHttpHeaders, mount: string): Choice {
  if (rollout === null) return { target: active, cookie: null };
  const known = headers[ROLLOUT_HEADER]?.toString() ?? KEY.exec(headers.cookie ?? "")?.[1];
  const key = known ?? randomBytes(KEY_BYTES).toString("base64url");
  const { tenant, version } = rollout.target;
  const target = isInRollout(tenant, version, key, rollout.percent) ? rollout.target : active;
  return { target, cookie: known === undefined ? cookieOf(key, mount) : null };
}

/**
 * A visitor who is in at one percentage is in at every larger one. The first visitors differ from version to version, so
 * that the new versions are not always tried by the same people.
 */
export function isInRollout(tenant: string, version: number, key: string, percent: number): boolean {
  const digest = hash("sha256", `${tenant} ${version} ${key}`, "buffer");
  return (digest.readUIntBE(0, 6) / 2 ** 48) * 100 < percent;
}

/** The cookie is not Secure: the host speaks plain HTTP, and the key is worth nothing to a thief. */
function cookieOf(key: string, mount: string): string {
  return `${ROLLOUT_COOKIE}=${key}; Path=${mount === "" ? "/" : mount}; Max-Age=${COOKIE_AGE}; HttpOnly; SameSite=Lax`;
}
