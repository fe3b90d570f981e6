/**
 * The symbol table of a base, loosened for a test binary.
 *
 * `go test` compiles a package again together with its internal test files, and then every package between it and the
 * tests. The linker refuses packages that the base has in another form, which is right for programs. Here only the test
 * files differ, and the compiler reads them after all files of the base. So tests can call the base's code.
 */
import { createHash } from "node:crypto";

/** Sizes and offsets as in linker/shared/cmd/link/internal/ld/slim_table.go. */
const KEY_BYTES = 16;
const SIZE_AT = KEY_BYTES + 4;
const RECORD_BYTES = KEY_BYTES + 12;

export interface RecompiledPackages {
  /** Import paths of all packages that were compiled again. */
  paths: readonly string[];
  /** The package that was compiled with test files in it, if any. */
  changed?: {
    path: string;
    /** All identifiers in the package that may name a type. */
    identifiers: Iterable<string>;
  };
}

/**
 * - The fingerprints of all recompiled packages are removed, so that they are not compared.
 * - The initialiser of the changed package is removed too. It also sets the variables of the test files, so it is linked
 *   into the program. The package's own variables are initialised a second time.
 * - Test files may add methods to the package's types. A larger type descriptor would count as another type's. Here the
 *   base's descriptor stays, without those methods.
 */
export function loosenSymbolTable(table: Uint8Array, { paths, changed }: RecompiledPackages): Buffer {
  const bytes = Buffer.from(table);
  const start = bytes.indexOf("\n") + 1;
  const end = bytes.indexOf("\n", start) + 1;
  const header = JSON.parse(bytes.toString("utf8", start, end)) as { packages: Record<string, string> };
  for (const path of paths) delete header.packages[path];
  const dropped = new Set(changed === undefined ? [] : ambiguous(changed.path).map(keyOf));
  const grown = new Set(changed === undefined ? [] : descriptors(changed.path, changed.identifiers).map(keyOf));
  const kept: Buffer[] = [];
  for (let at = end; at < bytes.length; at += RECORD_BYTES) {
    const record = bytes.subarray(at, at + RECORD_BYTES);
    const key = record.toString("hex", 0, KEY_BYTES);
    if (grown.has(key)) record.writeUInt32LE(0xffff_ffff, SIZE_AT);
    if (!dropped.has(key)) kept.push(record);
  }
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(`${JSON.stringify(header)}\n`), ...kept]);
}

/** The compiler numbers these symbols in the order of the sources. With test files a number stands for another symbol. */
const numbered = ["typeAssert.", "interfaceSwitch.", "dict", "stmp_", "gobytes.", "typeSwitch."];
const MOST_NUMBERS = 2000;

/** Symbols of a changed package that cannot be identified by their names. */
function ambiguous(path: string): string[] {
  const names = ["init", ".inittask"];
  for (const name of numbered) for (let n = 0; n < MOST_NUMBERS; n++) names.push(`.${name}${n}`);
  return names.flatMap((name) => [`name 0 ${path}.${name}`, `name 1 ${path}.${name}`, `local ${path} ${path}.${name}`]);
}

function descriptors(path: string, identifiers: Iterable<string>): string[] {
  return [...identifiers].flatMap((name) => [`name 0 type:${path}.${name}`, `name 0 type:*${path}.${name}`]);
}

function keyOf(text: string): string {
  return createHash("sha256")
    .update(text)
    .digest("hex")
    .slice(0, 2 * KEY_BYTES);
}
