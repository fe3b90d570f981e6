/**
 * Headers of a tenant that is called by path. All tenants under /t/ are one origin to a browser, so a header that is
 * about an origin must not reach the others, and a cookie belongs below its tenant's path.
 */

/** Headers about the whole origin: its storage, or the scope of a worker beyond its folder. */
const ofOrigin = new Set(["clear-site-data", "service-worker-allowed"]);

/**
 * @param lower the header's name in lower case
 * @param mount "/t/NAME"; "" for a tenant that is called by hostname
 * @param path path and query of the request, as the tenant sees them
 * @returns the value to send; null for a header that is left out
 */
export function mountedValue(lower: string, value: string, mount: string, path: string): string | null {
  if (mount === "") return value;
  if (ofOrigin.has(lower)) return null;
  return lower === "set-cookie" ? mountedCookie(value, mount, path) : value;
}

/** Puts a cookie below the mount, which is the tenant's "/". Of several paths, the last one counts in a browser. */
function mountedCookie(cookie: string, mount: string, path: string): string {
  const [pair, ...attributes] = cookie.split(";");
  const kept = attributes.filter((attribute) => !/^\s*domain\s*(?:=|$)/i.test(attribute));
  const mounted = kept.map((attribute) => {
    const [, name, rest] = /^(\s*path\s*=\s*)(\/.*?)\s*$/i.exec(attribute) ?? [];
    return name === undefined ? attribute : `${name}${mount}${rest}`;
  });
  const last = kept.findLast((attribute) => /^\s*path\s*(?:=|$)/i.test(attribute)) ?? "";
  // Without a path, a browser gives a cookie the folder of the request's. That of /t/NAME is /t, which is all tenants'.
  if (!/=\s*\//.test(last) && /^\/(?:\?|$)/.test(path)) mounted.push(` Path=${mount}`);
  return [pair, ...mounted].join(";");
}
