import type { FastifyRequest } from "fastify";

export interface Client {
  /** IPv4 or IPv6, in its shortest form. */
  readonly address: string;
  /** 0 if it is not known. */
  readonly port: number;
}

/** IPv4 on a socket that takes IPv6, too (RFC 4291, section 2.5.5.2). */
const MAPPED = "::ffff:";

export function clientOf({ ip, raw }: Pick<FastifyRequest, "ip" | "raw">): Client {
  const { remoteAddress, remotePort = 0 } = raw.socket;
  const address = ip?.startsWith(MAPPED) ? ip.slice(MAPPED.length) : (ip ?? "");
  // The socket's port belongs to the socket's address, which is a proxy's if the client's has come in a header.
  return { address, port: ip === remoteAddress ? remotePort : 0 };
}

/** As a URI writes it (RFC 3986): an address of IPv6 is in brackets. */
export function socketAddress({ address, port }: Client): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
