/** Resolves a host's name to its addresses. */
import { lookup, Resolver } from "node:dns/promises";

/** @returns IPv4 and IPv6 addresses. @throws an Error with the `code` of node:dns */
export type Resolve = (name: string) => Promise<readonly string[]>;

const TRY_TIMEOUT_MS = 2_000;
const TRIES = 2;

/**
 * The system's name servers.
 *
 * `dns.lookup` holds one of the process's four pool threads until the name server has answered, and a tenant can have a
 * name server that does not: files and decompression would wait with it. So it serves only names without a dot, which the
 * operator's own hosts file and search domains know; all others are asked for over the network directly.
 */
export function systemResolver(): Resolve {
  const servers = new Resolver({ timeout: TRY_TIMEOUT_MS, tries: TRIES });
  return async (name) => {
    if (!name.includes(".")) return (await lookup(name, { all: true })).map(({ address }) => address);
    const [four, six] = await Promise.allSettled([servers.resolve4(name), servers.resolve6(name)]);
    if (four.status === "rejected" && six.status === "rejected") throw four.reason;
    return [four, six].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  };
}
