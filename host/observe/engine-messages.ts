/**
 * Puts the name of what was called or read into messages of the JavaScript engine. QuickJS says only "not a function"
 * and where, and the program's text has the name at that place.
 */
import { type Expression, UNNAMED } from "./expression-before.ts";

/** A message of the engine and the first frame below it, if that is a place of the program. */
const MESSAGE = new RegExp(
  [
    /\bTypeError: (not a function|cannot (?:read|set) property(?: '[^'\n]*')? of (undefined|null))/,
    /(?=\n +at (?:[^\n]* \()?worker\.js:(\d+):(\d+)\)?(?:\n|$))/,
  ]
    .map(({ source }) => source)
    .join(""),
  "g",
);

/** A place of the program, counted from one. */
export interface ProgramText {
  /** The character at a place. */
  characterAt(line: number, column: number): string;
  expressionBefore(line: number, column: number): Expression;
  /** The line up to a column, counted from zero. */
  before(line: number, column: number): string;
}

/** @param text of a stack, with the places of the bundled program */
export function withNames(text: string, program: ProgramText): string {
  return text.replace(MESSAGE, (whole: string, message: string, value: string | undefined, ...place: string[]) => {
    const [line, column] = [Number(place[0]), Number(place[1])];
    const character = program.characterAt(line, column);
    if (value === undefined) return called(program, line, column) ?? whole;
    if (character !== "." && character !== "[" && character !== "?") return whole;
    const { text: name } = program.expressionBefore(line, column);
    return name.startsWith(UNNAMED) ? whole : `TypeError: ${message} (${name} is ${value})`;
  });
}

function called(program: ProgramText, line: number, column: number): string | undefined {
  const { text: name, start } = program.expressionBefore(line, column);
  // The program has made this error itself: `throw new TypeError("not a function")`.
  if (/Error$|^super$/.test(name)) return undefined;
  if (/\bnew\s+$/.test(program.before(line, start)) && !name.includes("(...)")) {
    return `TypeError: ${name} is not a constructor`;
  }
  // Without a parenthesis the program has not written the call. An iterator's method was called, for example.
  const isCall = /[(`]/.test(program.characterAt(line, column));
  return isCall ? `TypeError: ${name} is not a function` : undefined;
}
