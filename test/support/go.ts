/** Builds Go tenants from source text, for tests of the host. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { goIsInstalled } from "../../runtimes/go/is-installed.ts";

export { goIsInstalled } from "../../runtimes/go/is-installed.ts";

/** A remark for the names of suites that need Go. */
export const needsGo = goIsInstalled ? "" : " (skipped: needs Go)";

/**
 * The environment for commands that build Go. It names the caches of Go and of Plinth, because a build with empty caches
 * takes minutes.
 */
export function goEnvironment(): Record<string, string> {
  const env: Record<string, string> = { HOME: process.env.HOME ?? homedir() };
  for (const name of ["GOCACHE", "GOMODCACHE", "GOPATH", "GOTOOLCHAIN", "GOPROXY", "PLINTH_CACHE", "XDG_CACHE_HOME"]) {
    if (process.env[name]) env[name] = process.env[name];
  }
  return env;
}

/** @param source text of a package main, which can import the SDK */
export function goComponent(source: string): Promise<Uint8Array<ArrayBuffer>> {
  return goProject({ "go.mod": "module example.com/tenant\n\ngo 1.25\n", "main.go": source });
}

/** @param files texts by path */
export async function goProject(files: Readonly<Record<string, string>>): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-go-test-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return (await buildGo(folder)).component;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A program whose handler runs these statements with `w` and `r` in scope. @param imports separated by spaces */
export function goHandler(body: string, imports = "", topLevel = ""): string {
  const list = ["net/http", ...imports.split(/\s+/).filter((path) => path !== "")];
  return `package main

import (
${[...new Set(list)].map((path) => `\t"${path}"`).join("\n")}

	plinth "plinth.dev/sdk"
)

${topLevel}

func main() {
	plinth.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
${body}
	}))
}
`;
}
