/** Makes the files of a Go toolchain that differ for slim linking from the toolchain's own sources. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeOverlay } from "../overlay/overlay.ts";
import { applyPatch, parsePatch } from "./apply-patch.ts";

const folder = import.meta.dirname;

/** Minor versions of Go that have a patch, such as "1.26", the oldest first. */
export const supportedVersions: readonly string[] = readdirSync(folder)
  .map((name) => /^go(1\.\d+)\.patch$/.exec(name)?.[1])
  .filter((version) => version !== undefined)
  .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

/**
 * Contents by path below GOROOT/src: files of the linker and of the runtime, changed or added.
 *
 * @param minor one of `supportedVersions`
 * @throws PatchError, Error if the patch was made for other sources
 */
export function patchedSources(goroot: string, minor: string): Map<string, string> {
  const sources = runtimeOverlay(goroot);
  const add = (path: string, contents: string) => {
    if (sources.has(path)) throw new Error(`${path} is changed by two overlays`);
    sources.set(path, contents);
  };
  for (const patch of parsePatch(readFileSync(join(folder, `go${minor}.patch`), "utf8"))) {
    add(patch.path.replace(/^src\//, ""), applyPatch(readFileSync(join(goroot, patch.path), "utf8"), patch));
  }
  for (const added of ["shared", `go${minor}`]) {
    for (const path of goFiles(join(folder, added))) add(path, readFileSync(join(folder, added, path), "utf8"));
  }
  return sources;
}

/** A hash of the files' contents, 12 hexadecimal digits. */
export function hashOfSources(sources: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const [path, contents] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${contents.length}\0${contents}`);
  }
  return hash.digest("hex").slice(0, 12);
}

function goFiles(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".go"))
    .map((path) => path.replaceAll("\\", "/"));
}
