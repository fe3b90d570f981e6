/** Makes the request for undici from a guest's call. */
import { FETCH_HEAD_LIMIT_BYTES, type TenantLimits } from "../../config/limits.ts";
import { plinthError } from "../../errors.ts";
import { hopByHop } from "../../protocol/hop-by-hop.ts";
import type { BindingCall } from "../message.ts";

export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: [name: string, value: string][];
  readonly redirect: "follow" | "manual" | "error";
  readonly body: Uint8Array<ArrayBuffer> | null;
}

const USER_AGENT = "Plinth";

/**
 * The fields that concern one connection, or that undici writes. They are left out and are no error, because a proxy
 * passes a visitor's fields on.
 */
const hostsOwn = new Set([...hopByHop, "accept-encoding", "content-length", "expect", "host"]);

/** undici checks names, values and methods. @throws PLINTH_FETCH_REQUEST, PLINTH_FETCH_TOO_LARGE */
export function outgoingOf({ arguments: named, body }: BindingCall, limits: TenantLimits): Outgoing {
  const { method, url: text, headers, redirect = "follow" } = named;
  if (typeof method !== "string") throw wrong("its method is not a string");
  if (typeof text !== "string") throw wrong("its URL is not a string");
  if (!isHeaders(headers)) throw wrong("its headers are not pairs of strings");
  if (redirect !== "follow" && redirect !== "manual" && redirect !== "error") {
    throw wrong('redirect is not "follow", "manual" or "error"');
  }
  if (sizeOf(text, headers) > FETCH_HEAD_LIMIT_BYTES) {
    throw wrong(`its URL and headers are over ${FETCH_HEAD_LIMIT_BYTES} bytes`);
  }
  if (body.byteLength > limits.fetchBodyLimitBytes) {
    throw plinthError("PLINTH_FETCH_TOO_LARGE", ["request", limits.fetchBodyLimitBytes]);
  }
  return {
    url: urlOf(text),
    method,
    headers: fieldsOf(headers),
    redirect,
    body: body.byteLength === 0 ? null : (body as Uint8Array<ArrayBuffer>),
  };
}

/** @param reason without a full stop */
export function wrong(reason: string, cause?: unknown) {
  return plinthError("PLINTH_FETCH_REQUEST", [reason], { cause });
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw wrong("its URL is not an absolute URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") throw wrong(`its URL has the scheme ${url.protocol}`);
  if (url.username !== "" || url.password !== "") throw wrong("its URL has a user or a password");
  return url;
}

function fieldsOf(headers: [string, string][]): [string, string][] {
  const all = headers.map(([name, value]) => ({ name, key: name.toLowerCase(), value }));
  const listed = all.filter(({ key }) => key === "connection").flatMap(({ value }) => value.toLowerCase().split(","));
  const dropped = hostsOwn.union(new Set(listed.map((key) => key.trim())));
  const kept = all.filter(({ key }) => !dropped.has(key));
  const fields = kept.map(({ name, value }): [string, string] => [name, value]);
  return kept.some(({ key }) => key === "user-agent") ? fields : [...fields, ["user-agent", USER_AGENT]];
}

/** Header values are latin-1, so characters are bytes; a URL's other characters are escaped and only get longer. */
function sizeOf(url: string, headers: [string, string][]): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, url.length);
}

function isHeaders(value: unknown): value is [string, string][] {
  return (
    Array.isArray(value) &&
    value.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string" && typeof pair[1] === "string",
    )
  );
}
