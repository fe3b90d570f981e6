/** Maps the positions in a tenant's stack traces from the bundle to the sources that its author wrote. */
import type { SourceMap } from "node:module";

/** A position as QuickJS writes it: "worker.js:1:2345". */
const POSITION = /\bworker\.js:(\d+):(\d+)/g;

/** Whether a text has a position that a map can map. */
export function hasPosition(text: string): boolean {
  return text.search(POSITION) >= 0;
}

/** Characters of a source's name in a line of the log. A map can hold names of any length. */
const NAME_LENGTH = 300;

/** @param stack error message and stack, line and column counted from one */
export function mapStack(stack: string, map: SourceMap): string {
  return stack.replace(POSITION, (position, line: string, column: string) => {
    const origin = map.findOrigin(Number(line), Number(column));
    if (!("fileName" in origin)) return position;
    return `${String(origin.fileName).slice(0, NAME_LENGTH)}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}
