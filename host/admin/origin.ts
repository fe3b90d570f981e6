import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { plinthError } from "../errors.ts";

/**
 * Refuses requests that a web page of another origin may have sent through its visitor's browser. The token alone keeps
 * such a page out; this keeps it from as much as trying, and from reading what needs no token.
 *
 * - Host: an attacker can point a DNS name of their own at this address and have a page call it ("DNS rebinding"), but
 *   cannot do so with localhost or with an IP address. Other names must be in `hosts`.
 * - Origin (RFC 6454, section 7) and Sec-Fetch-Site (W3C Fetch Metadata, section 2.4): browsers send them, tools do not.
 *
 * @throws PLINTH_ORIGIN_REFUSED
 */
export function refuseForeignOrigin(request: FastifyRequest, hosts: readonly string[]): void {
  const { host = "", origin, "sec-fetch-site": site } = request.headers;
  const hostname = host.replace(/:[0-9]*$/, "").toLowerCase();
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
  if (!isAddress && hostname !== "localhost" && !hosts.includes(hostname)) throw refused("Host", host);
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    throw refused("Origin", origin);
  if (site !== undefined && site !== "same-origin" && site !== "none") throw refused("Sec-Fetch-Site", String(site));
}

function refused(header: string, value: string) {
  return plinthError("PLINTH_ORIGIN_REFUSED", [header, JSON.stringify(value.slice(0, 200))], { details: { header } });
}
