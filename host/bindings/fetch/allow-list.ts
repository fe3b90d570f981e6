/** The hosts that a tenant's manifest allows it to fetch from. */
import { isIP } from "node:net";

/** Ports that an entry without one allows. */
const standardPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

const entryParts = /^(?<host>.*?)(?::(?<port>[0-9]+))?$/;

/**
 * Whether one of the entries allows the URL's host and port.
 *
 * @param allow as the manifest's schema has them: `name`, `*.name` or an address in its shortest form, with or without
 *   `:port`
 * @param url has its host in the URL standard's one way to write it: names in lower case, addresses in their shortest form
 */
export function isAllowed(allow: readonly string[], url: URL): boolean {
  const standard = standardPorts[url.protocol];
  if (standard === undefined) return false;
  const wanted = Number(url.port || standard);
  return allow.some((entry) => {
    const { host = "", port = standard } = entryParts.exec(entry.toLowerCase())?.groups ?? {};
    return Number(port) === wanted && matches(host, url.hostname);
  });
}

function matches(pattern: string, hostname: string): boolean {
  if (!pattern.startsWith("*.")) return hostname === pattern;
  const parent = pattern.slice(1);
  return hostname.endsWith(parent) && hostname.length > parent.length && isIP(hostname) === 0;
}
