/**
 * Headers of a tenant that is called by path. All tenants under /t/ are one origin to a browser, so a header that is
 * about an origin must not reach the others, and a cookie belongs below its tenant's path.
 */

/** Headers about the whole origin: its storage, or the scope of a worker beyond its folder. */
const ofOrigin = new Set(["clear-site-data", "service-worker-allowed"]);

/**
 * @param lower the header's name in lower case
 * @param mount "/t/NAME"; "" for a tenant that is called by hostname
 * @returns the value to send; null for a header that is left out
 */
export function mountedValue(lower: string, value: string, mount: string): string | null {
  if (mount === "") return value;
  if (ofOrigin.has(lower)) return null;
  return lower === "set-cookie" ? mountedCookie(value, mount) : value;
}

/** The tenant's "/" is the mount. Without a path, a cookie has that of the request, which is below the mount. */
function mountedCookie(cookie: string, mount: string): string {
  const [pair, ...attributes] = cookie.split(";");
  const kept = attributes.filter((attribute) => !/^\s*domain\s*(?:=|$)/i.test(attribute));
  const mounted = kept.map((attribute) => {
    const [, name, path] = /^(\s*path\s*=\s*)(\/.*?)\s*$/i.exec(attribute) ?? [];
    return name === undefined ? attribute : `${name}${mount}${path}`;
  });
  return [pair, ...mounted].join(";");
}
