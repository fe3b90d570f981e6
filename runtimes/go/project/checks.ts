/** The checks of `plinth doctor` for Go on this machine. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../cache.ts";
import { type Check, ok, reasonOf } from "../../check.ts";
import { supportedVersions } from "../linker/sources.ts";
import { parseGoVersion } from "../toolchain.ts";

export async function goChecks(environment: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  return [await toolchain(environment), linkers(environment)];
}

async function toolchain(environment: NodeJS.ProcessEnv): Promise<Check> {
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
  const built = toolchains.filter((candidate) => existsSync(join(folder, candidate, "linker", "overlay.json")));
  const versions = [...new Set(built.map((candidate) => candidate.replace(/-.*/, "")))].sort();
  return ok(
    name,
    versions.length === 0 ? "none yet: the first build makes one" : `${versions.join(", ")} in ${folder}`,
  );
}
