/**
 * Refuses names that could become code, before jco sees the component. jco writes names of core imports and exports
 * into the JavaScript that it generates, between quotes and unescaped. A name with a quote in it would be code that
 * runs in the host. Component-level names are checked to be identifiers before jco writes them, except names of the
 * forms `url=<...>`, `integrity=<...>` and `...-dep=<...>`, which are refused here, too.
 */
import type { ByteReader } from "../read/byte-reader.ts";
import { ComponentError } from "../read/component-error.ts";
import type { StubShape } from "../write/stub-module.ts";

/**
 * Characters that suffice for the names of toolchains: `plinth:http/handler@0.1.0#handle`, `[resource-drop]pollable`,
 * `$imports`, `_start`, `cm32p2|wasi:io/poll@0.2|poll`.
 */
const safeName = /^[A-Za-z0-9_.:/@#[\]$<>=+| -]*$/;

/**
 * @param offset offset in the upload of the item that has the name
 * @throws ComponentError `policy`
 */
const signs = "_ . : / @ # [ ] $ < > = + | -";

function requireSafeName(name: string, offset: number): void {
  if (safeName.test(name)) return;
  const shown = JSON.stringify(name.length <= 60 ? name : `${name.slice(0, 57)}...`);
  const message = `the core name ${shown} has characters other than letters, digits, spaces and ${signs}`;
  throw new ComponentError("policy", message, offset, name);
}

/** Checks the names of a core module's imports and exports. */
export function requireSafeModule(module: StubShape, offset: number): void {
  for (const entry of module.imports) {
    requireSafeName(entry.module, offset);
    requireSafeName(entry.name, offset);
  }
  for (const entry of module.exports) requireSafeName(entry.name, offset);
}

/** Checks the names that a core instance section introduces: arguments and inline exports. */
export function requireSafeInstances(reader: ByteReader): void {
  for (let left = reader.count("core instances", 2); left > 0; left--) {
    const start = reader.position;
    const kind = reader.u8("the kind of a core instance");
    if (kind > 1) reader.malformed(`core instances have the kind 0 or 1, not ${kind}`, start);
    if (kind === 0) reader.u32("a core module index");
    for (let names = reader.count("names", 3); names > 0; names--) {
      const { offset } = reader;
      requireSafeName(reader.name("a name"), offset);
      reader.u8("a core sort");
      reader.u32("an index");
    }
  }
  reader.expectEnd("a core instance section");
}

/**
 * Checks that a section of component-level definitions holds no name of a form that may have any characters.
 *
 * @param bytes the section's contents
 */
export function requireNoDependencyNames(bytes: Uint8Array, offset: number): void {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("=<");
  if (at === -1) return;
  const message =
    "a name of the form url=<...>, integrity=<...> or ...-dep=<...> on something other than a core-module import";
  throw new ComponentError("unsupported", message, offset + at);
}
