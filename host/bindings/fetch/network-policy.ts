/** Says to which addresses tenants may connect: public ones, and addresses in networks that the operator has opened. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * The IPv6 range that is given out for hosts of the public network. If a range elsewhere becomes public, it is refused
 * until it stands here.
 */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
/** IPv6 addresses by which a network without IPv4 reaches IPv4 hosts; the last four bytes are the host's address. */
const nat64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

export class NetworkPolicy {
  readonly #opened: readonly [Ip, number][];

  /** @param opened networks that may be connected to although they are not public, as CIDR; checked by the configuration */
  constructor(opened: readonly string[]) {
    this.#opened = opened.map((network) => ipaddr.parseCIDR(network));
  }

  /** @param address an IPv4 or IPv6 address, without brackets */
  allows(address: string): boolean {
    // node:net decides what is an address, as it does when it connects; ipaddr.js reads "127.1" as one, too.
    if (isIP(address) === 0) return false;
    const target = targetOf(ipaddr.parse(address));
    return isPublic(target) || this.#opened.some(([network, bits]) => isWithin(target, network, bits));
  }
}

/** The IPv4 address that an IPv6 address stands for, otherwise the address itself. */
function targetOf(address: Ip): Ip {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(nat64)) return new ipaddr.IPv4(address.toByteArray().slice(-4));
  return address;
}

function isPublic(address: Ip): boolean {
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}

function isWithin(address: Ip, network: Ip, bits: number): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
