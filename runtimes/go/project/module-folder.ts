/** Finds the folder of a Go program's module. */
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The folder of the go.mod in force for a folder. As for the go command, this is the nearest one, there or above. */
export function goModuleOf(folder: string): string | undefined {
  let candidate = resolve(folder);
  while (!statSync(join(candidate, "go.mod"), { throwIfNoEntry: false })?.isFile()) {
    const parent = dirname(candidate);
    if (parent === candidate) return undefined;
    candidate = parent;
  }
  return candidate;
}
