import { isIP } from "node:net";
import { plinthError } from "../errors.ts";

declare const tenantName: unique symbol;
declare const sha256: unique symbol;

/** A tenant's name that has been checked: a DNS label (RFC 1123, section 2.1) in lower case, 1 to 63 characters. */
export type TenantName = string & { readonly [tenantName]: true };

/** SHA-256 of a blob: 64 hexadecimal digits in lower case. */
export type Sha256 = string & { readonly [sha256]: true };

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Longest hostname: RFC 1035, section 2.3.4, less the root's empty label and its length byte. */
const hostnameLength = 253;

export function isTenantName(text: string): text is TenantName {
  return label.test(text);
}

/** @throws PLINTH_TENANT_NAME */
export function parseTenantName(text: string): TenantName {
  if (!isTenantName(text)) throw plinthError("PLINTH_TENANT_NAME", [quote(text)], { details: { name: text } });
  return text;
}

/**
 * A custom hostname in lower case. Wildcards, ports, trailing dots and IP addresses are refused: each of them could
 * make two routes match one request.
 *
 * @throws PLINTH_HOSTNAME
 */
export function parseHostname(text: string): string {
  const hostname = text.toLowerCase();
  const labels = hostname.split(".");
  const numericTop = /^[0-9]+$/.test(labels.at(-1) ?? "");
  if (
    hostname.length > hostnameLength ||
    numericTop ||
    isIP(hostname) !== 0 ||
    !labels.every((part) => label.test(part))
  )
    throw plinthError("PLINTH_HOSTNAME", [quote(text)], { details: { hostname: text } });
  return hostname;
}

/** Quotes and shortens a text, so that hostile names stay readable in messages and logs. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
