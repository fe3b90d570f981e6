/**
 * Applies unified diffs strictly: every line of a hunk must match the file. Only whole hunks may have moved, as they do
 * from one patch release of Go to the next.
 */

export interface FilePatch {
  /** Path of the file, without the prefix `a/` or `b/`. */
  path: string;
  hunks: Hunk[];
}

interface Hunk {
  /** Number of the first line of `before` in the old file, counted from 1. */
  line: number;
  before: string[];
  after: string[];
}

export class PatchError extends Error {
  override readonly name = "PatchError";
}

const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Reads a patch of existing files. Text before the first `---` is a comment.
 *
 * @throws PatchError
 */
export function parsePatch(text: string): FilePatch[] {
  const lines = text.split("\n");
  const files: FilePatch[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new PatchError(`line ${at + 1} of the patch: ${what}`);
  };
  while (at < lines.length) {
    if (!lines[at]!.startsWith("--- ")) {
      if (files.length > 0 && lines[at] !== "") fail("a hunk or a file should begin here");
      at++;
      continue;
    }
    const [from, to] = [lines[at]!.slice(4), (lines[at + 1] ?? "").replace(/^\+\+\+ /, "")];
    const path = from.replace(/^a\//, "");
    if (path !== to.replace(/^b\//, "")) fail(`"${from}" and "${to}" are not one file`);
    at += 2;
    const hunks: Hunk[] = [];
    for (let match = header.exec(lines[at] ?? ""); match !== null; match = header.exec(lines[at] ?? "")) {
      const [line, oldCount, newCount] = [match[1], match[2] ?? "1", match[3] ?? "1"].map(Number);
      const hunk: Hunk = { line: line!, before: [], after: [] };
      at++;
      while (hunk.before.length < oldCount! || hunk.after.length < newCount!) {
        const [mark, content] = [lines[at]?.[0], lines[at]?.slice(1) ?? ""];
        if (mark !== " " && mark !== "-" && mark !== "+") fail("a hunk's lines begin with a space, - or +");
        if (mark !== "+") hunk.before.push(content);
        if (mark !== "-") hunk.after.push(content);
        at++;
      }
      if (hunk.before.length !== oldCount || hunk.after.length !== newCount)
        fail("the hunk's header counts other lines");
      hunks.push(hunk);
    }
    if (hunks.length === 0) fail(`the file ${path} has no hunk`);
    files.push({ path, hunks });
  }
  return files;
}

/**
 * @returns the source with all hunks applied
 * @throws PatchError if a hunk's lines are missing in the source, or are in several places but not at the stated line
 */
export function applyPatch(source: string, { path, hunks }: FilePatch): string {
  const lines = source.split("\n");
  const result: string[] = [];
  let done = 0; // number of source lines that are in the result
  let moved = 0; // distance of the last hunk from its stated line
  for (const [index, hunk] of hunks.entries()) {
    const stated = hunk.line - 1 + moved;
    const at = matchesAt(lines, hunk.before, stated) && stated >= done ? stated : onlyPlace(lines, hunk.before, done);
    if (at === undefined) {
      throw new PatchError(`hunk ${index + 1} of ${path} (line ${hunk.line}) does not fit: the source differs there`);
    }
    result.push(...lines.slice(done, at), ...hunk.after);
    done = at + hunk.before.length;
    moved = at - (hunk.line - 1);
  }
  return [...result, ...lines.slice(done)].join("\n");
}

function onlyPlace(lines: readonly string[], wanted: readonly string[], from: number): number | undefined {
  let found: number | undefined;
  for (let at = from; at + wanted.length <= lines.length; at++) {
    if (!matchesAt(lines, wanted, at)) continue;
    if (found !== undefined) return undefined;
    found = at;
  }
  return found;
}

function matchesAt(lines: readonly string[], wanted: readonly string[], at: number): boolean {
  return at >= 0 && wanted.every((line, offset) => lines[at + offset] === line);
}
