import type { SectionName } from "../read/core-module.ts";
import { OP } from "../read/opcodes.ts";
import { ByteWriter, written } from "./byte-writer.ts";
import { TypeTable, writeModule } from "./module-writer.ts";
import { exportSection } from "./rewrite-exports.ts";
import { kindCodes, writeDefinedType } from "./write-type.ts";

/** Sets `count` entries of a table to null, from `first`. */
export type ClearTable = (first: number, count: number) => void;

let compiled: WebAssembly.Module | undefined;

/**
 * Makes a function that clears part of a table. `table.fill` in a module of its own takes microseconds for thousands of
 * entries, while `WebAssembly.Table.set` takes a call for each.
 */
export function tableClearer(table: WebAssembly.Table): ClearTable {
  compiled ??= new WebAssembly.Module(clearerModule());
  return new WebAssembly.Instance(compiled, { rt: { table } }).exports.clear as ClearTable;
}

/**
 * ```
 * (module
 *   (import "rt" "table" (table 0 funcref))
 *   (func (export "clear") (param $first i32) (param $count i32)
 *     (table.fill (local.get $first) (ref.null func) (local.get $count))))
 * ```
 */
function clearerModule(): Uint8Array<ArrayBuffer> {
  const types = new TypeTable();
  const type = types.indexOf({ params: ["i32", "i32"], results: [] });
  const funcref = 0x70;
  const fill = [0xfc, OP.tableFill & 0xff, 0];
  const body = [0, OP.localGet, 0, OP.refNull, funcref, OP.localGet, 1, ...fill, OP.end];
  return writeModule(
    new Map<SectionName, Uint8Array>([
      ["type", types.finish()],
      [
        "import",
        written((w) => {
          w.u32(1).name("rt").name("table").u8(kindCodes.table);
          writeDefinedType(w, { kind: "table", element: "funcref", limits: { min: 0 } });
        }),
      ],
      ["function", written((w) => w.u32(1).u32(type))],
      ["export", exportSection([{ name: "clear", kind: "function", index: 0 }], 0)],
      ["code", new ByteWriter().u32(1).sized(new Uint8Array(body)).finish()],
    ]),
  );
}
