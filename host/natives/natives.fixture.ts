/** Calls natives in tests as a guest does, by parts. */
import { Refusal } from "./native.ts";
import { runNative } from "./run.ts";

export const hex = (text: string): Uint8Array => Buffer.from(text, "hex");
export const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");

export function call(name: string, named: object, ...parts: readonly Uint8Array[]) {
  const sizes = parts.slice(0, -1).map(({ length }) => length);
  return runNative(name, { ...named, sizes }, Buffer.concat(parts));
}

/** The body of the reply, in hexadecimal. */
export function bytesOf(...[name, named, ...parts]: Parameters<typeof call>): string {
  return Buffer.from(call(name, named, ...parts).body!).toString("hex");
}

/** The name of the error that a call is refused with. */
export function refusalOf(...[name, named, ...parts]: Parameters<typeof call>): string {
  try {
    call(name, named, ...parts);
  } catch (error) {
    if (error instanceof Refusal) return error.name;
    return (error as { code?: string }).code ?? String(error);
  }
  return "none";
}
