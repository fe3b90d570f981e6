/**
 * Run once before all test files: puts the Go base where hosts load it from. The first run builds linker and base, about a
 * minute; both are kept in the user's cache folder. Without Go the tests that need it are skipped, and say so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { goRuntimePackage, installPackage, packageFolder } from "../../runtimes/go/build.ts";
import { findToolchain } from "../../runtimes/go/toolchain.ts";
import { goIsInstalled } from "./go.ts";

export default async function setup(): Promise<void> {
  if (!goIsInstalled) {
    console.log("no Go on this machine: tests of Go tenants are skipped");
    return;
  }
  const onProgress = (line: string) => console.log(line);
  const built = await goRuntimePackage(await findToolchain({ onProgress }), onProgress);
  const manifest = (folder: string) => join(folder, "runtime.json");
  const installed = existsSync(manifest(packageFolder)) ? readFileSync(manifest(packageFolder), "utf8") : "";
  if (installed !== readFileSync(manifest(built.folder), "utf8")) await installPackage(built);
}
