/**
 * The members of a request's second argument that are about a browser's way to fetch. They are checked and kept, and do
 * nothing.
 */

export interface FetchOptions {
  cache?: string;
  credentials?: string;
  integrity?: string;
  keepalive?: boolean;
  mode?: string;
  referrer?: string;
  referrerPolicy?: string;
}

export const usual: Required<FetchOptions> = {
  cache: "default",
  credentials: "same-origin",
  integrity: "",
  keepalive: false,
  mode: "cors",
  referrer: "about:client",
  referrerPolicy: "",
};

const allowed: Readonly<Record<string, string>> = {
  cache: "default no-store reload no-cache force-cache only-if-cached",
  credentials: "omit same-origin include",
  mode: "cors no-cors same-origin",
  redirect: "follow error manual",
  referrerPolicy:
    " no-referrer no-referrer-when-downgrade same-origin origin strict-origin origin-when-cross-origin " +
    "strict-origin-when-cross-origin unsafe-url",
};

/** @throws TypeError if a member has a value that the standard does not have */
export function checkedOption(name: string, value: unknown): string {
  const text = `${value as string}`;
  if (!allowed[name]!.split(" ").includes(text)) throw new TypeError(`"${text}" is no value of a request's ${name}`);
  return text;
}

/** @param before options of the request that the new one is made of */
export function fetchOptions(init: FetchOptions, before: Required<FetchOptions>): Required<FetchOptions> {
  const options: Required<FetchOptions> = { ...before };
  for (const name of ["cache", "credentials", "mode", "referrerPolicy"] as const)
    if (init[name] !== undefined) options[name] = checkedOption(name, init[name]);
  if (init.integrity !== undefined) options.integrity = `${init.integrity}`;
  if (init.keepalive !== undefined) options.keepalive = Boolean(init.keepalive);
  if (init.referrer !== undefined) options.referrer = `${init.referrer}`;
  if (options.mode !== "same-origin" && options.cache === "only-if-cached")
    throw new TypeError('cache "only-if-cached" needs mode "same-origin"');
  return options;
}
