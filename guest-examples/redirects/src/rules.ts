export interface Redirect {
  readonly to: string;
  readonly status?: number | undefined;
}

/** A rule redirects paths that begin with `prefix`, and keeps their rest, or paths like `pattern`, with named parts. */
export type Rule = (Redirect & { readonly prefix: string }) | (Redirect & { readonly pattern: string });

/** @returns the redirect of the first rule that fits; null if none fits */
export function redirectByRules(rules: readonly Rule[], path: string): Redirect | null {
  for (const rule of rules) {
    const to = "prefix" in rule ? byPrefix(rule.prefix, rule.to, path) : byPattern(rule.pattern, rule.to, path);
    if (to !== null) return { to, status: rule.status };
  }
  return null;
}

function byPrefix(prefix: string, to: string, path: string): string | null {
  if (!path.startsWith(prefix)) return null;
  const rest = path.slice(prefix.length);
  // "//host" would be another server, and a visitor's path must not choose a server.
  return to.endsWith("/") ? to + rest.replace(/^\/+/, "") : to + rest;
}

/** A part `:name` stands for anything up to the next slash. Parts stay percent-encoded. */
function byPattern(pattern: string, to: string, path: string): string | null {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  if (wanted.length !== parts.length) return null;
  const named = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(":") && parts[index] !== "") named.set(part.slice(1), parts[index]!);
    else if (part !== parts[index]) return null;
  }
  return to.replace(/:([a-z]+)/g, (text, name: string) => named.get(name) ?? text);
}
