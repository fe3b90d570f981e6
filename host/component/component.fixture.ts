/** Modules and components that several tests of this folder start from. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "@bytecodealliance/jco";
import { dataModule, dataRuntimeExports } from "../../runtimes/data-module.ts";
import { writePlugged } from "./glue/plug.ts";
import { componentPreamble, type SlimComponent } from "./read/component.ts";
import { ByteWriter } from "./write/byte-writer.ts";
import { buildSlimComponent } from "./write/slim-component.ts";

const require = createRequire(import.meta.url);

/** npm's prebuilt QuickJS: a real module of half a megabyte, 20 imports (memory among them) and 75 exports. */
export function quickjs(): Uint8Array<ArrayBuffer> {
  const entry = require.resolve("@jitl/quickjs-wasmfile-release-sync/package.json");
  return new Uint8Array(readFileSync(new URL("dist/emscripten-module.wasm", `file://${entry}`)));
}

export async function wat(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await parse(text));
}

export const dependency = "unlocked-dep=<plinth:js@{>=1.0.0 <2.0.0}>";

export function slimComponent(source: string): Uint8Array<ArrayBuffer> {
  return buildSlimComponent({
    dependency,
    runtimeExports: dataRuntimeExports,
    appModule: dataModule(new TextEncoder().encode(source)),
    world: "resumable-service",
  });
}

/** Makes a static component of a slim one, by a core module in place of each import of one. */
export function plugCoreModules(
  component: SlimComponent,
  modules: ReadonlyMap<string, Uint8Array>,
): { bytes: Uint8Array<ArrayBuffer> } {
  const writer = new ByteWriter().bytes(componentPreamble);
  for (const section of component.sections) {
    if (section.id === "import") writePlugged(writer, component, section, modules);
    else writer.bytes(component.bytes.subarray(section.start, section.end));
  }
  return { bytes: writer.finish() };
}

/**
 * A runtime of a toy language, in which a program is a text. `start` answers 201 with the text and no headers. `resume`
 * fails with the text. A text that begins with "!" does not load.
 */
export const toyRuntime = `(module
  (memory (export "memory") 1 4)
  (global $top (mut i32) (i32.const 1024))
  (global $text (mut i32) (i32.const 0))
  (global $length (export "length") (mut i32) (i32.const 0))
  (data (i32.const 16) "toy")
  (func $realloc (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $new)))
    (block $fits
      (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
      (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)))
    (local.get $at))
  (func (export "load") (param $at i32) (param $length i32) (result i32)
    (global.set $text (local.get $at))
    (global.set $length (local.get $length))
    (i32.eq (i32.load8_u (local.get $at)) (i32.const 33)))
  (func (export "plinth:http/resumable@0.1.0#start")
    (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (local $out i32)
    (local.set $out (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 24)))
    (i32.store8 (local.get $out) (i32.const 0))
    (i32.store16 offset=4 (local.get $out) (i32.const 201))
    (i32.store offset=8 (local.get $out) (i32.const 0))
    (i32.store offset=12 (local.get $out) (i32.const 0))
    (i32.store offset=16 (local.get $out) (global.get $text))
    (i32.store offset=20 (local.get $out) (global.get $length))
    (local.get $out))
  (func (export "plinth:http/resumable@0.1.0#resume") (param i32 i32) (result i32) (local $out i32)
    (local.set $out (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 24)))
    (i32.store8 (local.get $out) (i32.const 4))
    (i32.store offset=4 (local.get $out) (global.get $text))
    (i32.store offset=8 (local.get $out) (global.get $length))
    (local.get $out))
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`;
