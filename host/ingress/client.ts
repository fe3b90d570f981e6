/** The sender of a request: the client at the other end of the connection, or the client that trusted proxies name. */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import parseForwarded from "forwarded-parse";
import ipaddr from "ipaddr.js";
import type { ProxyHeader } from "../config/settings.ts";

export interface Client {
  /** IPv4 or IPv6, in its shortest form. */
  readonly address: string;
  /** 0 if it is not known. */
  readonly port: number;
  /** The scheme that the client speaks to this host or to the first proxy. */
  readonly scheme: "http" | "https";
}

/** A step of a request's way: the caller's address and scheme, as a proxy says. Undefined if the proxy does not say it. */
interface Hop {
  readonly from: string | undefined;
  readonly scheme: string | undefined;
}

type RequestHead = Pick<IncomingMessage, "headers" | "socket">;

/** The prefix of an IPv4 address on a socket that takes IPv6, too (RFC 4291, section 2.5.5.2). */
const MAPPED = "::ffff:";

/** A node with its optional port (RFC 7239, section 6). Proxies write the same form into X-Forwarded-For. */
const NODE = /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<v4>[0-9.]+))(?::(?<port>[0-9]{1,5}))?$/;

export class Clients {
  readonly #trusted: BlockList | null;
  readonly #header: ProxyHeader;

  /**
   * @param networks where trusted proxies are, as CIDR
   * @param header the field in which they name the client. A proxy sets one of the two and may pass on what a client has
   *   written into the other, so the other one says nothing
   */
  constructor(networks: readonly string[], header: ProxyHeader) {
    this.#header = header;
    this.#trusted = networks.length === 0 ? null : blockListOf(networks);
  }

  of({ headers, socket }: RequestHead): Client {
    const peer: Client = {
      address: shortest(socket.remoteAddress ?? ""),
      port: socket.remotePort ?? 0,
      scheme: (socket as TLSSocket).encrypted === true ? "https" : "http",
    };
    return this.#trusts(peer.address) ? this.#namedBy(peer, headers) : peer;
  }

  /** Whether a field of a request says where it came from, and cannot be believed. @param name in lower case */
  disbelieves(name: string, { socket }: Pick<IncomingMessage, "socket">): boolean {
    const isForwarded = name === "forwarded";
    if (!isForwarded && !name.startsWith("x-forwarded-") && name !== "x-real-ip") return false;
    if (this.#trusted === null || !this.#trusts(shortest(socket.remoteAddress ?? ""))) return true;
    return isForwarded !== (this.#header === "forwarded");
  }

  #trusts(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#trusted !== null && this.#trusted.check(address, family === 6 ? "ipv6" : "ipv4");
  }

  /** Walks back from proxy to proxy for as long as the next one is trusted. */
  #namedBy(peer: Client, headers: IncomingMessage["headers"]): Client {
    const hops = this.#header === "forwarded" ? hopsOfForwarded(headers) : hopsOfXForwarded(headers);
    let client = peer;
    for (const { from, scheme } of hops.toReversed()) {
      const { v6, v4, port = "0" } = NODE.exec(from ?? "")?.groups ?? {};
      const address = v6 ?? v4 ?? from ?? "";
      const known = scheme === "https" || scheme === "http" ? scheme : client.scheme;
      if (isIP(address) === 0) return { ...client, scheme: known };
      client = { address: shortest(address), port: Number(port), scheme: known };
      if (!this.#trusts(client.address)) break;
    }
    return client;
  }
}

/** The address as a URI writes it (RFC 3986): an address of IPv6 is in brackets. */
export function socketAddress({ address, port }: Client): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function shortest(address: string): string {
  return address.startsWith(MAPPED) && address.includes(".") ? address.slice(MAPPED.length) : address;
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address, bits] = ipaddr.parseCIDR(network);
    list.addSubnet(address.toString(), bits, address.kind());
  }
  return list;
}

/** A field that does not follow the grammar (RFC 7239) says nothing. */
function hopsOfForwarded({ forwarded = "" }: IncomingMessage["headers"]): Hop[] {
  try {
    return parseForwarded(forwarded).map((hop) => ({ from: hop.for, scheme: hop.proto?.toLowerCase() }));
  } catch {
    return [];
  }
}

function hopsOfXForwarded(headers: IncomingMessage["headers"]): Hop[] {
  const addresses = listOf(headers["x-forwarded-for"]);
  const schemes = listOf(headers["x-forwarded-proto"]);
  // Most proxies replace the scheme and append the address, so that one scheme is for all of the way.
  const schemeAt = (index: number) => (schemes.length === addresses.length ? schemes[index] : schemes.at(-1));
  if (addresses.length === 0 && schemes.length > 0) return [{ from: undefined, scheme: schemes.at(-1) }];
  return addresses.map((from, index) => ({ from, scheme: schemeAt(index) }));
}

/** Node joins the fields of one name. */
function listOf(value: string | string[] | undefined): string[] {
  return String(value ?? "")
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "");
}
