/**
 * The files that a test binary sees: copies of the package's own folder, of the `testdata` folders beside it and above, and
 * an empty /tmp and /dev/null. They are copies, because tests write with this process's rights.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface StagedFiles {
  /** Folders on this machine by the paths that the tests see. */
  preopens: Record<string, string>;
  environment: Record<string, string>;
}

/** Folders of other packages, which tests read. */
const neighbours: Record<string, readonly string[]> = {
  "go/parser": ["go/printer"],
  "path/filepath": ["unicode", "unicode/utf16", "unicode/utf8"],
};

/** @param into an empty folder, which becomes the root of the tests' files */
export function stageFiles(goroot: string, pkg: string, into: string): StagedFiles {
  const source = join(goroot, "src");
  const stage = (path: string, copy: (from: string, to: string) => void) => {
    if (existsSync(path)) copy(path, join(into, path));
  };
  stage(join(source, pkg), copyFolder);
  for (const path of [...ancestors(pkg), ...(neighbours[pkg] ?? [])]) stage(join(source, path), copyFolder);
  stage(join(goroot, "lib/time/zoneinfo.zip"), copyAll);
  for (const folder of ["tmp", "dev"]) mkdirSync(join(into, folder));
  writeFileSync(join(into, "dev/null"), "");
  return {
    preopens: { "/": into },
    environment: { GOROOT: goroot, PWD: join(source, pkg), TMPDIR: "/tmp", HOME: "/tmp" },
  };
}

/** Copies the files of a folder and its testdata, without the packages below it. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name === "testdata" || !statSync(join(from, name)).isDirectory()) copyAll(join(from, name), join(to, name));
  }
}

function copyAll(from: string, to: string): void {
  cpSync(from, to, { recursive: true, dereference: true });
}

/** The folders above a path: of "a/b/c" these are "", "a" and "a/b". */
function ancestors(pkg: string): string[] {
  const parts = pkg.split("/");
  return parts.map((_, index) => parts.slice(0, index).join("/"));
}
