/** Components whose machine code a hostile tenant has changed by hand. */
import { sectionsOf } from "../../host/component/module-sections.fixture.ts";
import { parseComponent } from "../../host/component/read/component.ts";
import { parseCoreModule } from "../../host/component/read/core-module.ts";
import { ByteWriter } from "../../host/component/write/byte-writer.ts";
import { writeModule } from "../../host/component/write/module-writer.ts";

/** The function to change: the start function, or the function whose code has these bytes. */
export type Which = "start" | Uint8Array;

/** The bytes of an i64.const, by which a function is found that has a number like no other. */
export function constantBytes(value: bigint): Uint8Array {
  return new ByteWriter().s64(value).finish();
}

/**
 * Replaces the body of one function of a slim component's core module.
 *
 * @param body instructions without locals, of a function that never returns
 */
export function withBody(component: Uint8Array, which: Which, body: readonly number[]): Uint8Array<ArrayBuffer> {
  const parsed = parseComponent(component);
  const writer = new ByteWriter().bytes(component.subarray(0, 8));
  for (const section of parsed.sections) {
    const contents = component.subarray(section.body, section.end);
    if (section.id === "coreModule") writer.section(1, changed(contents, which, body));
    else writer.bytes(component.subarray(section.start, section.end));
  }
  return writer.finish();
}

function changed(bytes: Uint8Array, which: Which, body: readonly number[]): Uint8Array {
  const module = parseCoreModule(bytes);
  const code = module.bodies.map(({ start, end }) => bytes.subarray(start, end));
  const at =
    which === "start"
      ? module.start!.index - module.imported.function
      : code.findIndex((each) => Buffer.from(each).includes(which));
  if (code[at] === undefined) throw new Error("there is no such function");
  const unreachable = 0x00;
  code[at] = new Uint8Array([0, ...body, unreachable, 0x0b]);
  const { bodies, custom } = sectionsOf(module);
  bodies.set("code", new ByteWriter().list(code, (w, each) => w.sized(each)).finish());
  return writeModule(bodies, custom);
}

/** `(loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 1 MiB)) (br 0))`, and `memory.copy` by one byte likewise. */
export const endlessLoops = {
  "memory.fill": [0x03, 0x40, 0x41, 0, 0x41, 0, 0x41, 0x80, 0x80, 0xc0, 0, 0xfc, 0x0b, 0, 0x0c, 0, 0x0b],
  "memory.copy": [0x03, 0x40, 0x41, 0, 0x41, 1, 0x41, 0x80, 0x80, 0xc0, 0, 0xfc, 0x0a, 0, 0, 0x0c, 0, 0x0b],
} as const;
