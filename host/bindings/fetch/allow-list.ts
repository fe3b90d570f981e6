/** The hosts that a tenant's manifest allows it to fetch from. */

/** Ports that an entry without one allows. */
const standardPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/**
 * Whether one of the entries allows the URL's host and port.
 *
 * @param url its host is in the URL standard's one way to write it: names in lower case, addresses in their shortest form
 */
export function isAllowed(allow: readonly string[], url: URL): boolean {
  const standard = standardPorts[url.protocol];
  if (standard === undefined) return false;
  const urlPort = url.port || standard;
  return allow.some((entry) => {
    const [, host = entry, entryPort = standard] = /^(.*):([0-9]+)$/.exec(entry.toLowerCase()) ?? [
      entry,
      entry.toLowerCase(),
    ];
    return Number(entryPort) === Number(urlPort) && matches(host, url.hostname);
  });
}

function matches(pattern: string, hostname: string): boolean {
  return pattern.startsWith("*.")
    ? hostname.endsWith(pattern.slice(1)) && hostname.length >= pattern.length
    : hostname === pattern;
}
