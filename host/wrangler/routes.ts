/** Routes of Workers as Plinth's hostnames. */
import { isRecord } from "../bindings/is-record.ts";
import type { Finding } from "./finding.ts";

interface Routes {
  /** Any value stands for itself that is no pattern at all: the manifest's check says what is wrong with it. */
  readonly hostnames: readonly unknown[];
  readonly unsupported: readonly Finding[];
}

/** @param config of wrangler; `route` is one, `routes` are several */
export function hostnamesOf(config: Readonly<Record<string, unknown>>): Routes | undefined {
  const { route, routes } = config;
  if (route === undefined && routes === undefined) return undefined;
  const list = [...(route === undefined ? [] : [route]), ...(Array.isArray(routes) ? routes : [])];
  const hostnames = new Set<unknown>();
  const unsupported: Finding[] = [];
  for (const entry of list) {
    const pattern: unknown = isRecord(entry) ? entry.pattern : entry;
    if (typeof pattern !== "string") {
      hostnames.add(entry);
      continue;
    }
    const { host, path } = parts(pattern);
    const advice = adviceFor(host, path);
    if (advice === undefined) hostnames.add(host);
    else unsupported.push({ path: "routes", text: `${JSON.stringify(pattern)}: ${advice}` });
  }
  return { hostnames: [...hostnames], unsupported };
}

function parts(pattern: string): { host: string; path: string } {
  const [, host = "", path = ""] = /^(?:[a-z*]+:\/\/)?([^/]*)(.*)$/is.exec(pattern) ?? [];
  return { host: host.toLowerCase(), path };
}

function adviceFor(host: string, path: string): string | undefined {
  if (host.includes("*")) return "Plinth routes whole hostnames, and no wildcards. Name each hostname";
  if (!["", "/", "/*"].includes(path)) {
    return "Plinth routes whole hostnames, and no paths. Give the program a hostname, or put a proxy in front";
  }
  return undefined;
}
