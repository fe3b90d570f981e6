/** Maps a tenant's stack traces to the author's sources: positions, and names in the engine's messages. */
import { SourceMap, type SourceMapPayload, type SourceMapping } from "node:module";
import { type ProgramText, withNames } from "./engine-messages.ts";
import { expressionBefore } from "./expression-before.ts";

/** A source map as it is stored. */
export interface StoredMap extends SourceMapPayload {
  /** The text of the bundle. */
  readonly x_program?: string;
}

/** A position as QuickJS writes it: "worker.js:1:2345". */
const POSITION = /\bworker\.js:(\d+):(\d+)/g;

/** Whether a text has a position that a map can map. */
export function hasPosition(text: string): boolean {
  return text.search(POSITION) >= 0;
}

/** Characters of a source's name in a line of the log. A map can hold names of any length. */
const NAME_LENGTH = 300;

/** A map and the program that it belongs to. */
export class ProgramMap {
  readonly #map: SourceMap;
  readonly #text: ProgramText | null;

  /** @param json of a `StoredMap`. @throws Error if it is no source map */
  constructor(json: string) {
    const payload = JSON.parse(json) as StoredMap;
    this.#map = new SourceMap(payload);
    this.#text = typeof payload.x_program === "string" ? textOf(payload.x_program, this.#map) : null;
  }

  /** @param stack error message and stack, line and column counted from one */
  mapStack(stack: string): string {
    const named = this.#text === null ? stack : withNames(stack, this.#text);
    return named.replace(POSITION, (position, line: string, column: string) => {
      const origin = this.#map.findOrigin(Number(line), Number(column));
      if (!("fileName" in origin)) return position;
      return `${String(origin.fileName).slice(0, NAME_LENGTH)}:${origin.lineNumber}:${origin.columnNumber}`;
    });
  }
}

function textOf(program: string, map: SourceMap): ProgramText {
  const lines = program.split("\n");
  const at = (line: number) => lines[line - 1] ?? "";
  return {
    characterAt: (line, column) => at(line).charAt(column - 1),
    before: (line, column) => at(line).slice(0, column),
    expressionBefore: (line, column) =>
      expressionBefore(at(line), column - 1, (generated) => {
        // Node's types lack the name.
        const entry: { name?: unknown } & Partial<SourceMapping> = map.findEntry(line - 1, generated);
        const isHere = entry.generatedLine === line - 1 && entry.generatedColumn === generated;
        return isHere && typeof entry.name === "string" ? entry.name.slice(0, NAME_LENGTH) : undefined;
      }),
  };
}
