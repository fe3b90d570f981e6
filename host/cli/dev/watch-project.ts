import { watch } from "node:fs";
import { basename, isAbsolute, relative, sep } from "node:path";
import type { Languages } from "../../../runtimes/languages.ts";
import type { Project } from "../../toolchain/project.ts";
import { DEV_VARS_FILE } from "./dev-vars.ts";

/** Time without a further change after which a save counts, ms. An editor's save is several events. */
const QUIET_MS = 20;

/** The folders of a project's sources: its own, and others that its language names. None lies within another. */
export function watchedFolders({ folder, source, language }: Project): string[] {
  const folders = [...new Set([folder, ...(language.project.watched?.(source) ?? [])])];
  return folders.filter((inner) => !folders.some((outer) => outer !== inner && contains(outer, inner)));
}

function contains(folder: string, other: string): boolean {
  return relative(folder, other).split(sep)[0] !== ".." && !isAbsolute(relative(folder, other));
}

/**
 * Watches folders and the folders in them.
 *
 * @param languages say which folders hold no sources
 * @param onChange called once for each save, or for several that follow one another at once
 * @throws Error of the operating system, if a folder cannot be watched
 */
export function watchFolders(folders: readonly string[], languages: Languages, onChange: () => void): Disposable {
  const ignored = new Set(["dist", ...languages.all.flatMap(({ project }) => project.ignored ?? [])]);
  let quiet: NodeJS.Timeout | undefined;
  const watchers = folders.map((folder) => {
    const watcher = watch(folder, { recursive: true, ignore: (path) => isNoSource(path, ignored) }, () => {
      clearTimeout(quiet);
      quiet = setTimeout(onChange, QUIET_MS);
    });
    // A folder may vanish while it is read. The rest of the project is still watched.
    return watcher.on("error", () => {});
  });
  return {
    [Symbol.dispose]() {
      clearTimeout(quiet);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/**
 * Whether a path is a package, a product of a build, a file of an editor, or has a name with a dot in front (.git) that is
 * not the one of a file of secrets.
 */
function isNoSource(path: string, ignored: ReadonlySet<string>): boolean {
  const name = basename(path);
  return ignored.has(name) || (name.startsWith(".") && !name.startsWith(DEV_VARS_FILE)) || name.endsWith("~");
}
