/** The language runtimes and the toolchain of Go. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../../runtimes/go/cache.ts";
import { supportedVersions } from "../../../runtimes/go/linker/sources.ts";
import { parseGoVersion } from "../../../runtimes/go/toolchain.ts";
import { builtRuntimes } from "../../toolchain/runtime-packages.ts";
import { type Check, ok, reasonOf } from "./check.ts";

export async function toolChecks(environment: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  return [...(await runtimes()), await go(environment), linkers(environment)];
}

async function runtimes(): Promise<readonly Check[]> {
  const built = await builtRuntimes();
  return (["js", "go"] as const).map((language): Check => {
    const name = `runtime plinth:${language}`;
    const runtime = built.find((candidate) => candidate.language === language);
    if (runtime !== undefined) return ok(name, runtime.version);
    const remedy = `plinth runtime build ${language}`;
    return { name, status: language === "js" ? "missing" : "limited", found: "has not been built", remedy };
  });
}

async function go(environment: NodeJS.ProcessEnv): Promise<Check> {
  const name = "Go";
  const supported = supportedVersions.join(", ");
  const remedy = `to build programs in Go, install one of ${supported} and put its go command into PATH`;
  try {
    const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"], { env: environment });
    const version = parseGoVersion(stdout);
    if (version !== undefined && supportedVersions.includes(version.minor)) return ok(name, version.version);
    return { name, status: "limited", found: `${stdout.trim()}, for which there is no linker`, remedy };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { name, status: "limited", found: missing ? "there is no go in PATH" : reasonOf(error), remedy };
  }
}

function linkers(environment: NodeJS.ProcessEnv): Check {
  const name = "linkers for Go";
  const folder = join(cacheFolder(environment), "go");
  const toolchains = existsSync(folder) ? readdirSync(folder) : [];
  const built = toolchains.filter((toolchain) => existsSync(join(folder, toolchain, "linker", "overlay.json")));
  const versions = [...new Set(built.map((toolchain) => toolchain.replace(/-.*/, "")))].sort();
  return ok(
    name,
    versions.length === 0 ? "none yet: the first build makes one" : `${versions.join(", ")} in ${folder}`,
  );
}
