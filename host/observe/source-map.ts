/** Maps the positions in a tenant's stack traces from the bundle to the sources that its author wrote. */
import { SourceMap, type SourceMapPayload } from "node:module";

/** A position as QuickJS writes it: "worker.js:1:2345". */
const POSITION = /\bworker\.js:(\d+):(\d+)/g;

/**
 * @param stack error message and stack, line and column counted from one
 * @param map a source map (version 3), JSON in UTF-8
 * @throws SyntaxError where the map is no JSON
 */
export function mapStack(stack: string, map: Uint8Array): string {
  const payload = JSON.parse(new TextDecoder().decode(map)) as SourceMapPayload;
  const sourceMap = new SourceMap(payload);
  return stack.replace(POSITION, (position, line: string, column: string) => {
    const origin = sourceMap.findOrigin(Number(line), Number(column));
    return "fileName" in origin ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}` : position;
  });
}
