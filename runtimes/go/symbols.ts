/**
 * The head of a symbol table file. Plinth's linker writes it for a base (linker/shared/cmd/link/internal/ld/slim_table.go).
 */

const magic = "plinth go symbols 1\n";

export interface SymbolHeader {
  layout: string;
  goVersion: string;
  /** The first table index after the base's functions. */
  firstFunc: number;
  /** The addresses reserved for a program's data begin at `dataAddr` and end before `dataEnd`. */
  dataAddr: number;
  dataEnd: number;
}

/** @throws Error if the file is no symbol table */
export function readSymbolHeader(file: Uint8Array): SymbolHeader {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const end = bytes.indexOf("\n", magic.length);
  if (bytes.toString("latin1", 0, magic.length) !== magic || end < 0)
    throw new Error("this is no symbol table of a Go base");
  return JSON.parse(bytes.toString("utf8", magic.length, end)) as SymbolHeader;
}
