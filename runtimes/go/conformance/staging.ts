/**
 * The files that a test binary sees: copies of the package's own folder, of the `testdata` folders beside it and above, and
 * an empty /tmp. Copies, because tests that write do so with this process's rights.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

export interface StagedFiles {
  /** Paths as the tests see them, and the folders on this machine. */
  preopens: Record<string, string>;
  /** Folder that the tests run in. */
  folder: string;
  environment: Record<string, string>;
}

/** Folders of other packages that tests read. */
const neighbours: Record<string, readonly string[]> = {
  "archive/zip": ["internal/obscuretestdata"],
  "compress/bzip2": ["compress/testdata"],
  "image/draw": ["image/testdata"],
  "image/jpeg": ["image/testdata"],
};

/** @param into an empty folder */
export function stageFiles(goroot: string, pkg: string, into: string): StagedFiles {
  const source = join(goroot, "src");
  const root = join(into, "root");
  const tmp = join(into, "tmp");
  mkdirSync(tmp, { recursive: true });
  copyFolder(join(source, pkg), join(root, "src", pkg));
  const above = ancestors(pkg).flatMap((path) => [join(path, "testdata"), path]);
  for (const path of [...above, ...(neighbours[pkg] ?? [])]) {
    const from = join(source, path);
    if (!existsSync(from)) continue;
    if (path.endsWith("testdata")) cpSync(from, join(root, "src", path), { recursive: true, dereference: true });
    else copyFolder(from, join(root, "src", path));
  }
  const zones = "lib/time/zoneinfo.zip";
  mkdirSync(join(root, dirname(zones)), { recursive: true });
  cpSync(join(goroot, zones), join(root, zones));
  return {
    preopens: { [goroot]: root, "/tmp": tmp },
    folder: join(source, pkg),
    environment: { GOROOT: goroot, PWD: join(source, pkg), TMPDIR: "/tmp", HOME: "/tmp" },
  };
}

/** The files of a folder, and its testdata; not the packages below it. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const isFolder = statSync(join(from, name)).isDirectory();
    if (!isFolder) cpSync(join(from, name), join(to, name), { dereference: true });
    else if (name === "testdata") cpSync(join(from, name), join(to, name), { recursive: true, dereference: true });
  }
}

/** "a/b/c": "", "a", "a/b". */
function ancestors(pkg: string): string[] {
  const parts = pkg.split("/");
  return parts.map((_, index) => parts.slice(0, index).join("/"));
}
