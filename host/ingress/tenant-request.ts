/** A visitor's request as its tenant gets it. */
import type { FastifyRequest } from "fastify";
import { hopByHop } from "../protocol/hop-by-hop.ts";
import { CLIENT_FIELD } from "../protocol/host-fields.ts";
import type { WireHeader, WireRequest } from "../protocol/http.ts";
import type { Clients } from "./client.ts";

/** The facts that the host has found out about a request. */
export interface RequestFacts {
  /** The scheme that the client has used. */
  readonly scheme: string;
  readonly host: string;
  /** Path and query as the tenant sees them. */
  readonly path: string;
  /** The client's address and port, for a field of the request; null if the program learns them otherwise. */
  readonly client: string | null;
}

const EMPTY = new Uint8Array(0);
const NONE: ReadonlySet<string> = new Set();

/** @param clients says which fields about the client are not to be believed */
export function tenantRequest(
  request: FastifyRequest,
  { scheme, host, path, client }: RequestFacts,
  clients: Clients,
): WireRequest {
  const { method, body } = request;
  const { rawHeaders } = request.raw;
  const headers: WireHeader[] = [];
  // The fields that Connection names are for this hop alone, too.
  const { connection } = request.headers;
  const named = connection === undefined ? NONE : new Set(connection.toLowerCase().split(/[ \t]*,[ \t]*/));
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    // The target's absolute form has a host of its own, which goes before the header.
    if (name === "host") headers.push([name, host]);
    // Only the host may say what this field says of the client.
    else if (name === CLIENT_FIELD || clients.disbelieves(name, request.raw)) continue;
    else if (hopByHop.has(name) || named.has(name)) continue;
    else if (name === "cookie") addCookies(headers, rawHeaders[i + 1]!);
    else headers.push([name, rawHeaders[i + 1]!]);
  }
  if (client !== null) headers.push([CLIENT_FIELD, client]);
  return { method, uri: `${scheme}://${host}${path}`, headers, body: body instanceof Uint8Array ? body : EMPTY };
}

/** Tenants get one Cookie field. A list of cookies has another separator than lists of other fields (RFC 9113, 8.2.3). */
function addCookies(headers: WireHeader[], cookies: string): void {
  const before = headers.findIndex(([name]) => name === "cookie");
  if (before < 0) headers.push(["cookie", cookies]);
  else headers[before] = ["cookie", `${headers[before]![1]}; ${cookies}`];
}
