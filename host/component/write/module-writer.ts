import { type SectionName, sectionIds, sectionOrder } from "../read/core-module.ts";
import { type FunctionType, functionTypeKey } from "../read/module-type.ts";
import { ByteWriter } from "./byte-writer.ts";
import { writeFunctionType } from "./write-type.ts";

const preamble = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Writes a core module of section bodies, in the order of the specification. Custom sections come last. */
export function writeModule(
  bodies: ReadonlyMap<SectionName, Uint8Array>,
  custom: readonly { name: string; contents: Uint8Array }[] = [],
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().bytes(preamble);
  for (const name of sectionOrder) {
    const body = bodies.get(name);
    if (body !== undefined) writer.section(sectionIds[name], body);
  }
  for (const { name, contents } of custom) writer.bytes(customSection(name, contents));
  return writer.finish();
}

/** A custom section with its header; core modules and components encode it alike. */
export function customSection(name: string, contents: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter().name(name).bytes(contents).finish();
  return new ByteWriter().section(sectionIds.custom, body).finish();
}

/** Collects the function types of a module that is written, each once. */
export class TypeTable {
  readonly types: FunctionType[];
  readonly #indices = new Map<string, number>();

  constructor(types: readonly FunctionType[] = []) {
    this.types = [...types];
    for (const [index, type] of types.entries()) {
      const key = functionTypeKey(type);
      if (!this.#indices.has(key)) this.#indices.set(key, index);
    }
  }

  /** The index of a type, which is added at the end if it is new. */
  indexOf(type: FunctionType): number {
    const key = functionTypeKey(type);
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.types.length);
    this.types.push(type);
    return this.types.length - 1;
  }

  /** The body of the type section. */
  finish(): Uint8Array {
    return new ByteWriter().list(this.types, writeFunctionType).finish();
  }
}
