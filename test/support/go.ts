/** Go tenants from their text, for tests of the host. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { goIsInstalled } from "../../runtimes/go/is-installed.ts";

export { goIsInstalled } from "../../runtimes/go/is-installed.ts";

/** For the names of suites. */
export const needsGo = goIsInstalled ? "" : " (skipped: needs Go)";

/**
 * What commands that build Go need of this process's environment: Go's caches and ours. A build in empty ones takes
 * minutes.
 */
export function goEnvironment(): Record<string, string> {
  const env: Record<string, string> = { HOME: process.env.HOME ?? homedir() };
  for (const name of ["GOCACHE", "GOMODCACHE", "GOPATH", "GOTOOLCHAIN", "GOPROXY", "PLINTH_CACHE", "XDG_CACHE_HOME"]) {
    if (process.env[name]) env[name] = process.env[name];
  }
  return env;
}

/** @param source of a package main; the SDK is there */
export async function goComponent(source: string): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-go-test-"));
  try {
    await writeFile(join(folder, "go.mod"), "module example.com/tenant\n\ngo 1.25\n");
    await writeFile(join(folder, "main.go"), source);
    return (await buildGo(folder)).component;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A program with these statements as its handler, `w` and `r` in scope. @param imports of the program, one word each */
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
