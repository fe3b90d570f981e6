/** Lines of a project's source around a place that a stack names. */
import { readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Frame } from "../../../../runtimes/failure.ts";

export interface Excerpt {
  /** Path of the file from the project's folder. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** Number of the first line. */
  readonly first: number;
  readonly lines: readonly string[];
}

export interface SourceFolders {
  /** The project's folder. */
  readonly folder: string;
  /** The folder of the source that is built. */
  readonly source: string;
  /** All folders with sources of the program. Only these are shown, because a program can write any stack. */
  readonly roots: readonly string[];
  /** Names of folders of other people's code. */
  readonly ignored: readonly string[];
}

/** Lines before the place and after it. */
const AROUND = 4;
const LINE_CHARACTERS = 300;
const FILE_BYTES = 2 << 20;

/** @returns null if the place is in no source of the program */
export async function excerptOf(frame: Frame, folders: SourceFolders): Promise<Excerpt | null> {
  const file = await sourceFile(frame.file, folders);
  if (file === null) return null;
  const all = (await readFile(file, "utf8")).split(/\r?\n/);
  if (frame.line > all.length) return null;
  const first = Math.max(1, frame.line - AROUND);
  return {
    ...frame,
    file: relative(folders.folder, file),
    first,
    lines: all.slice(first - 1, frame.line + AROUND).map((line) => line.slice(0, LINE_CHARACTERS)),
  };
}

async function sourceFile(path: string, { folder, source, roots, ignored }: SourceFolders): Promise<string | null> {
  for (const base of [folder, source]) {
    const file = await realpath(resolve(base, path)).catch(() => null);
    if (file === null) continue;
    const inside = await Promise.all(roots.map(async (root) => pathWithin(await realpath(root), file)));
    const within = inside.find((parts) => parts !== null);
    if (within === undefined || within.some((part) => ignored.includes(part) || part.startsWith("."))) continue;
    const { size, isFile } = await stat(file).then((facts) => ({ size: facts.size, isFile: facts.isFile() }));
    if (isFile && size <= FILE_BYTES) return file;
  }
  return null;
}

/** The parts of a path below a folder; null if the path is not below it. */
function pathWithin(folder: string, file: string): readonly string[] | null {
  const path = relative(folder, file);
  const parts = path.split(sep);
  return path === "" || parts[0] === ".." || isAbsolute(path) ? null : parts;
}
