/** `JSON.parse` whose errors say in V8's words where the text broke. The engine writes the place as a frame. */
import { framesProperty } from "../frames-property.ts";
import { apply, defineProperty, functionName, indexOfText, parseJson, sliceText } from "./intrinsics.ts";

/** Characters of a text before and after the place of the error. */
const contextLength = 10;
const place = /^ *at <input>:(\d+):(\d+)\n/;

export function parse(...values: [text: string, reviver?: (key: string, value: unknown) => unknown]): unknown {
  try {
    return apply(parseJson, undefined, values);
  } catch (error) {
    if (error instanceof SyntaxError) explain(error, `${values[0]}`);
    throw error;
  }
}
functionName(parse, "parse");
defineProperty(parse, "length", { value: 2, configurable: true });
defineProperty(JSON, "parse", { value: parse, writable: true, configurable: true });

function explain(error: SyntaxError, text: string): void {
  const frames = (error as unknown as Record<string, string | undefined>)[framesProperty];
  const found = place.exec(frames ?? "");
  if (!found) return;
  const line = Number(found[1]);
  const column = Number(found[2]);
  let at = 0;
  for (let n = 1; n < line; n++) at = indexOfText(text, "\n", at) + 1;
  at += column - 1;
  const message = messageOf(error.message, text, at, `at position ${at} (line ${line} column ${column})`);
  defineProperty(error, "message", { value: message, writable: true, configurable: true });
  const rest = sliceText(frames!, found[0].length);
  defineProperty(error, framesProperty, { value: rest, writable: true, configurable: true });
}

function messageOf(message: string, text: string, at: number, where: string): string {
  switch (message) {
    case "Unexpected end of JSON input":
      return message;
    case "unexpected data at the end":
      return `Unexpected non-whitespace character after JSON ${where}`;
    case "expecting property name":
      return /\{\s*$/.test(sliceText(text, 0, at))
        ? `Expected property name or '}' in JSON ${where}`
        : `Expected double-quoted property name in JSON ${where}`;
    case "expecting ']'":
      return `Expected ',' or ']' after array element in JSON ${where}`;
    case "expecting '}'":
      return `Expected ',' or '}' after property value in JSON ${where}`;
    case "expecting ':'":
      return `Expected ':' after property name in JSON ${where}`;
  }
  if (message.startsWith("unexpected token"))
    return `Unexpected token '${text[at]}', ${context(text, at)} is not valid JSON`;
  return `${message} in JSON ${where}`;
}

/** The text, or the part of it around a place. */
function context(text: string, at: number): string {
  if (text.length <= 2 * contextLength) return `"${text}"`;
  const from = Math.max(at - contextLength, 0);
  const to = Math.min(at + contextLength, text.length);
  return `${from > 0 ? "..." : ""}"${sliceText(text, from, to)}"${to < text.length ? "..." : ""}`;
}
