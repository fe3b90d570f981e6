/** The address of a request, read strictly: a proxy in front of this host must not be able to read it differently. */
import type { IncomingMessage } from "node:http";
import { type PlinthError, plinthError } from "../errors.ts";

export interface RequestTarget {
  /** Hostname or address, with the port where one is given. */
  host: string;
  /** Path and query, beginning with "/". */
  path: string;
}

/**
 * A name or an IPv4 address, or an IPv6 address in brackets, and a port (RFC 3986, section 3.2.2). Characters that no
 * DNS name holds are left out.
 */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?$/;
const LARGEST_PORT = 65_535;
/** A host that a URL parser takes for an address: it has brackets, or its last label begins with a digit. */
const DOUBTFUL = /^\[|(?:^|\.)[0-9][^.]*\.?(?::|$)/;

/** The absolute form of a target. A server must take it, and its host goes before the header (RFC 9112, section 3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

type RequestHead = Pick<IncomingMessage, "url" | "rawHeaders" | "httpVersion">;

/** @throws PlinthError PLINTH_BAD_HTTP: no Host or two (RFC 9112, section 3.2), a Host that is no hostname, or no path */
export function readRequestTarget({ url = "", rawHeaders, httpVersion }: RequestHead): RequestTarget {
  if (httpVersion !== "1.1" && httpVersion !== "1.0") throw refusal(`its version is ${httpVersion}`);
  requireFraming(rawHeaders, httpVersion);
  const hosts = valuesOf(rawHeaders, "host");
  if (hosts.length !== 1) throw refusal("it needs one Host header");
  const absolute = ABSOLUTE.exec(url);
  const host = absolute === null ? hosts[0]! : absolute[1]!;
  const [, port = ""] = HOST.exec(host) ?? [host, "none"];
  if (!(Number(port) <= LARGEST_PORT) || !canBeInUrl(host)) throw refusal("its Host is not a hostname");
  const target = absolute === null ? url : absolute[2]!;
  const path = absolute !== null && !target.startsWith("/") ? `/${target}` : target;
  if (!path.startsWith("/")) throw refusal("its target is not a path");
  if (path.includes("#")) throw refusal("its target has a fragment");
  return { host, path };
}

/** Whether a URL can have this host. "1.2.3.4.5", "256.0.0.1" and "[::1::]" are no hosts. */
function canBeInUrl(host: string): boolean {
  return !DOUBTFUL.test(host) || URL.canParse(`http://${host}/`);
}

/** Refuses codings that two readers could take differently. Node's parser has refused all other faults of lengths. */
function requireFraming(rawHeaders: readonly string[], httpVersion: string): void {
  const codings = valuesOf(rawHeaders, "transfer-encoding");
  if (codings.length === 0) return;
  // RFC 9112, section 6.1: HTTP/1.0 has no codings, so a proxy of that version may pass the field on unread.
  if (httpVersion === "1.0") throw refusal("HTTP/1.0 has no Transfer-Encoding");
  if (codings.join().trim().toLowerCase() !== "chunked") throw refusal("its Transfer-Encoding is not chunked");
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name);
}

function refusal(why: string): PlinthError {
  return plinthError("PLINTH_BAD_HTTP", [why]);
}
