/** Compares the value of an expression in the runtime with its value in Node. */
import { expect } from "vitest";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const slot = await JavaScriptSlot.make();
const AsyncFunction = (async () => {}).constructor as new (body: string) => () => Promise<unknown>;

/** The value of an expression, or the error that it throws, as JSON. */
const program = (expression: string) => `
  const show = (value) => JSON.stringify(value, (key, item) =>
    typeof item === "bigint" ? item + "n"
    : item === undefined ? "undefined"
    : ArrayBuffer.isView(item) ? { bytes: [...new Uint8Array(item.buffer, item.byteOffset, item.byteLength)] }
    : item instanceof Map ? { map: [...item] } : item instanceof Set ? { set: [...item] } : item);
  try { return show(await (${expression})) } catch (error) { return "throws " + error.name }`;

/** The value in the runtime. */
export function inSlot(expression: string): string {
  const source = `export default {
    async fetch() { return new Response(await (async () => { ${program(expression)} })()) }
  }`;
  return bodyText(slot.serve(source));
}

export async function same(expression: string): Promise<void> {
  expect(inSlot(expression)).toBe(await new AsyncFunction(program(expression))());
}

/** Puts an expression on one line, for the name of a test. */
export const onOneLine = (expression: string) => expression.replace(/\n */g, " ");
