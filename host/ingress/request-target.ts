/** The address of a request, read strictly: a proxy in front of this host must not be able to read it differently. */
import type { IncomingMessage } from "node:http";
import { plinthError } from "../errors.ts";

export interface RequestTarget {
  /** Hostname or address, with the port where one is given. */
  host: string;
  /** Path and query, beginning with "/". */
  path: string;
}

/**
 * RFC 3986, section 3.2.2, without what no DNS name holds: a name or an IPv4 address, or an IPv6 address in brackets; a
 * port.
 */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?$/;

/** The absolute form, which a server must take, and whose host goes before the header (RFC 9112, section 3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/** @throws PlinthError PLINTH_BAD_REQUEST: no Host or two (RFC 9112, section 3.2), one that is none, or no path */
export function readRequestTarget({
  url = "",
  rawHeaders,
}: Pick<IncomingMessage, "url" | "rawHeaders">): RequestTarget {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === "host");
  if (hosts.length !== 1) throw plinthError("PLINTH_BAD_REQUEST", ["it needs one Host header"]);
  const absolute = ABSOLUTE.exec(url);
  const host = absolute === null ? hosts[0]! : absolute[1]!;
  if (!HOST.test(host)) throw plinthError("PLINTH_BAD_REQUEST", ["its Host is not a hostname"]);
  const target = absolute === null ? url : absolute[2]!;
  const path = absolute !== null && !target.startsWith("/") ? `/${target}` : target;
  if (!path.startsWith("/")) throw plinthError("PLINTH_BAD_REQUEST", ["its target is not a path"]);
  return { host, path };
}
