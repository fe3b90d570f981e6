import { ComponentError } from "../read/component-error.ts";
import {
  type CoreModule,
  type ElementSegment,
  parseCoreModule,
  type Range,
  rangeReader,
  type SectionName,
} from "../read/core-module.ts";
import { InstructionReader } from "../read/instructions.ts";
import { OP } from "../read/opcodes.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { TypeTable, writeModule } from "./module-writer.ts";
import { exportSection } from "./rewrite-exports.ts";

/** Export of the function that fills the table. A module that fills the table when it is instantiated has none. */
export const fillExport = "plinth:fill";

/**
 * Number of functions from which a module fills the table when it is instantiated. V8 makes an object of every function of
 * a passive segment (4 ms for 11,000 functions in each slot), and none for an active one (0.4 ms, each time). Few functions
 * are written by a call instead, because a call costs 1 us, and an instance 25 us.
 */
export const MANY_FUNCTIONS = 512;

export interface ServingForm {
  bytes: Uint8Array<ArrayBuffer>;
  /** The table indices that are written: `count` of them, from `first` on. */
  functions: { first: number; count: number };
}

/**
 * Makes the form of a tenant's module that serves requests. The module's start-up has run at deploy time, and the tenant's
 * image has the result. From then on only the module's functions are needed, in the runtime's table:
 *
 * - data segments, start function and exports go, because making an instance must change nothing else;
 * - the active element segment becomes passive, and an exported function, `plinth:fill`, copies it into the table:
 *   `(table.init (i32.const FIRST) (i32.const 0) (i32.const COUNT))`. A slot keeps the instance and calls it on each
 *   switch. A module of many functions keeps its active segment instead, and a slot makes an instance on each switch;
 * - custom sections go.
 *
 * Imports, functions and globals keep their indices.
 *
 * @param bytes a module that its runtime's policy allows, with `elements`
 * @throws ComponentError `unsupported` if the module does not have exactly one active element segment of function indices
 */
export function servingForm(bytes: Uint8Array): ServingForm {
  const module = parseCoreModule(bytes);
  const segment = module.elements[0];
  if (module.elements.length !== 1 || segment?.offset === undefined || segment.functions === undefined) {
    throw new ComponentError("unsupported", "a module without one active element segment of function indices", 0);
  }
  const first = constantOf(module, segment.offset);
  const count = segment.functions.length;
  const sections = new Map<SectionName, Uint8Array>();
  for (const { id, body, end } of module.sections) {
    if (kept.has(id)) sections.set(id, module.bytes.subarray(body, end));
  }
  if (count < MANY_FUNCTIONS) addFill(sections, module, segment, first);
  return { bytes: writeModule(sections), functions: { first, count } };
}

const kept = new Set<string>(["type", "import", "function", "global", "element", "code"] satisfies SectionName[]);

/** Makes the segment passive, and adds the function that fills the table from it. */
function addFill(
  sections: Map<SectionName, Uint8Array>,
  module: CoreModule,
  { table, functions }: ElementSegment,
  first: number,
): void {
  const types = new TypeTable(module.types);
  const fillType = types.indexOf({ params: [], results: [] });
  const fillBody = written((w) => {
    w.u32(0); // no locals
    for (const value of [first, 0, functions!.length]) w.u8(OP.i32Const).s32(value);
    w.u8(OP.tableInit >> 8)
      .u32(OP.tableInit & 0xff)
      .u32(0)
      .u32(table)
      .u8(OP.end);
  });
  sections.set("type", types.finish());
  sections.set(
    "function",
    appended(module, "function", (w) => w.u32(fillType)),
  );
  const fill = { name: fillExport, kind: "function" as const, index: module.functions.length };
  sections.set("export", exportSection([fill], 0));
  const [passive, functionKind] = [1, 0];
  sections.set(
    "element",
    written((w) =>
      w
        .u32(1)
        .u32(passive)
        .u8(functionKind)
        .list(functions!, (_, index) => w.u32(index)),
    ),
  );
  sections.set(
    "code",
    appended(module, "code", (w) => w.sized(fillBody)),
  );
}

function constantOf(module: CoreModule, range: Range): number {
  const instructions = new InstructionReader(rangeReader(module, range));
  const found = instructions.next();
  if (found?.opcode !== OP.i32Const || instructions.next()?.opcode !== OP.end) {
    throw new ComponentError(
      "unsupported",
      "an element segment whose place is not a constant",
      module.base + range.start,
    );
  }
  return found.operands[0]!;
}

/** The body of a section that is a list, with an item added at its end. */
function appended(module: CoreModule, name: SectionName, item: (writer: ByteWriter) => void): Uint8Array {
  const section = module.sections.find(({ id }) => id === name);
  if (section === undefined) return written((w) => item(w.u32(1)));
  const reader = rangeReader(module, { start: section.body, end: section.end });
  const count = reader.u32();
  const writer = new ByteWriter().u32(count + 1).bytes(reader.take(reader.remaining));
  item(writer);
  return writer.finish();
}
