import { watch } from "node:fs";
import { basename, isAbsolute, relative, sep } from "node:path";
import { goModuleOf } from "../../toolchain/go-module.ts";
import type { Project } from "../../toolchain/project.ts";

/** ms without a further change: an editor's save is several events. */
const QUIET_MS = 20;

/** Where a project's sources are: its folder and, as any package of it may be imported, the module of a Go program. */
export function watchedFolders({ folder, source, language }: Project): string[] {
  const module = language === "go" ? goModuleOf(source) : undefined;
  if (module === undefined || contains(folder, module)) return [folder];
  return contains(module, folder) ? [module] : [folder, module];
}

function contains(folder: string, other: string): boolean {
  return relative(folder, other).split(sep)[0] !== ".." && !isAbsolute(relative(folder, other));
}

/**
 * Watches folders and those in them.
 *
 * @param onChange called once for each save, or for several that follow one another at once
 * @throws Error of the operating system, where a folder cannot be watched
 */
export function watchFolders(folders: readonly string[], onChange: () => void): Disposable {
  let quiet: NodeJS.Timeout | undefined;
  const watchers = folders.map((folder) => {
    const watcher = watch(folder, { recursive: true, ignore: isNoSource }, () => {
      clearTimeout(quiet);
      quiet = setTimeout(onChange, QUIET_MS);
    });
    // A folder that goes while it is read is no reason to end: what is left of the project is still watched.
    return watcher.on("error", () => {});
  });
  return {
    [Symbol.dispose]() {
      clearTimeout(quiet);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** What is installed, what builds and editors write, and what begins with a dot, such as .git and .plinth. */
function isNoSource(path: string): boolean {
  const name = basename(path);
  return name === "node_modules" || name === "dist" || name.startsWith(".") || name.endsWith("~");
}
