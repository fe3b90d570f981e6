/**
 * Reads custom sections: named bytes that tell of a program and are no part of it. Components (Binary.md) and core modules
 * (spec, 5.5.3) have the same form: eight bytes of preamble, then sections of a number, a length and contents. A custom
 * section has the number 0, and its contents begin with its name.
 */
import { ByteReader } from "./byte-reader.ts";
import { MOST_SECTIONS } from "./read-limits.ts";

/**
 * The source map of a component's program: JSON (version 3), compressed with raw DEFLATE (RFC 1951).
 * `plinth build` writes it, and the deploy reads it for the stacks in the tenant's log.
 */
export const SOURCE_MAP_SECTION = "plinth:source-map";

/**
 * The configuration of a component or a WASI command, as JSON. host/manifest/config.ts writes it, and read-config.ts reads
 * it.
 */
export const MANIFEST_SECTION = "plinth:manifest";

export const PREAMBLE_BYTES = 8;
const CUSTOM = 0;

export interface CustomSection {
  readonly name: string;
  /** Offset of the contents, from the first byte of the program. */
  readonly start: number;
  readonly end: number;
}

/** Reads the custom sections of a program itself, not of programs nested in it. @throws ComponentError */
export function readCustomSections(program: Uint8Array): CustomSection[] {
  return sectionsOf(program).flatMap(({ custom }) => (custom === null ? [] : [custom]));
}

/** Reads all sections of a program in their order. @throws ComponentError */
export function sectionsOf(program: Uint8Array): { start: number; end: number; custom: CustomSection | null }[] {
  const reader = new ByteReader(program);
  reader.skip(PREAMBLE_BYTES, "a preamble");
  const sections: ReturnType<typeof sectionsOf> = [];
  while (!reader.atEnd) {
    const start = reader.position;
    if (sections.length === MOST_SECTIONS) reader.unsupported(`more than ${MOST_SECTIONS} sections`, start);
    const number = reader.u8("a section's number");
    const body = reader.sub(reader.u32("a section's length"), "a section");
    const { end } = body;
    const custom = number === CUSTOM ? { name: body.name("a custom section's name"), start: body.position, end } : null;
    sections.push({ start, end, custom });
  }
  return sections;
}
