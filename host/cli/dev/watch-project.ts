import { watch } from "node:fs";
import { basename } from "node:path";

/** ms without a further change: an editor's save is several events. */
const QUIET_MS = 20;

/**
 * Watches a project's folder and those in it.
 *
 * @param onChange called once for each save, or for several that follow one another at once
 * @throws Error of the operating system, where the folder cannot be watched
 */
export function watchProject(folder: string, onChange: () => void): Disposable {
  let quiet: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true, ignore: isNoSource }, () => {
    clearTimeout(quiet);
    quiet = setTimeout(onChange, QUIET_MS);
  });
  // A folder that goes while it is read is no reason to end: what is left of the project is still watched.
  watcher.on("error", () => {});
  return {
    [Symbol.dispose]() {
      clearTimeout(quiet);
      watcher.close();
    },
  };
}

/** What is installed, what builds and editors write, and what begins with a dot, such as .git and .plinth. */
function isNoSource(path: string): boolean {
  const name = basename(path);
  return name === "node_modules" || name === "dist" || name.startsWith(".") || name.endsWith("~");
}
