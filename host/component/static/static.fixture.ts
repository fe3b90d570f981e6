import { randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { expect } from "vitest";
import type { StaticErrorCode } from "./errors.ts";
import { compileModules, loadGlue } from "./instantiate.ts";
import { prepareStaticComponent } from "./prepare.ts";
import type { StaticHostCalls, StaticProgram } from "./types.ts";

// These components are made by hand, each with one core module. guest-examples/static has those of toolchains.

const httpWit = await readFile(new URL("../../../wit/http.wit", import.meta.url), "utf8");

/** The interfaces of WASI that the tests import, in three versions at once, as toolchains do. */
const wasiWit = `
  package wasi:io@0.2.0 {
    interface poll { resource pollable { block: func(); ready: func() -> bool; }
      poll: func(in: list<borrow<pollable>>) -> list<u32>; }
    interface error { resource error; }
    interface streams {
      use error.{error};
      variant stream-error { last-operation-failed(error), closed }
      resource output-stream { blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>; }
    }
  }
  package wasi:clocks@0.2.6 {
    interface monotonic-clock { use wasi:io/poll@0.2.0.{pollable}; now: func() -> u64;
      subscribe-duration: func(when: u64) -> pollable; }
    interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; }
  }
  package wasi:cli@0.2.12 {
    interface exit { exit: func(status: result); }
    interface environment { get-environment: func() -> list<tuple<string, string>>; }
    interface stderr { use wasi:io/streams@0.2.0.{output-stream}; get-stderr: func() -> output-stream; }
  }
  package wasi:filesystem@0.2.3 {
    interface types { resource descriptor; }
    interface preopens { use types.{descriptor}; get-directories: func() -> list<tuple<descriptor, string>>; }
  }
  package wasi:keyvalue@0.2.0-draft { interface store { open: func(); } }
  package wasi:http@0.3.0 { interface types { open: func(); } }`;

/**
 * A component that imports the WIT items and has the core function body as its `handle`. The parameters are method, uri,
 * headers and body (pointer and length each); local 8 is an i32, local 9 an i64. It answers with the status that the body
 * leaves on the stack.
 */
export async function component(imports: string[], coreImports: string, body: string): Promise<Uint8Array> {
  const wat = `(module ${coreImports}
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 4096))
    (global $calls (mut i32) (i32.const 0))
    (data (i32.const 100) "the reason\\n")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 15)) (i32.const -8)))
      (i32.sub (global.get $next) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))
    (func $status (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (local i32 i64) ${body})
    (func (export "plinth:http/handler@0.1.0#handle") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
      (i32.store16 (i32.const 16) (call $status (local.get 0) (local.get 1) (local.get 2) (local.get 3)
        (local.get 4) (local.get 5) (local.get 6) (local.get 7)))
      (i32.const 16)))`;
  const world = `world test { ${imports.map((name) => `import ${name};`).join(" ")} export handler; }`;
  const embedded = await componentEmbed({
    binary: await parse(wat),
    witSource: `${httpWit}\n${world}\n${wasiWit}`,
    world: "test",
  });
  return componentNew(embedded, []);
}

export async function load(bytes: Uint8Array): Promise<StaticProgram> {
  const { glue, modules } = await prepareStaticComponent(bytes);
  return { glue: loadGlue(glue), modules: await compileModules(modules) };
}

export const request = { method: "GET", uri: "http://t.localhost/", headers: [], body: new Uint8Array() };

export function hostCalls(changes: Partial<StaticHostCalls> = {}): StaticHostCalls & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: (bytes) => void randomFillSync(bytes),
    log: (level, text) => void lines.push(`${level}: ${text}`),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    until: async (begin) => void (await begin(new AbortController().signal)),
    bodyBytes: 1 << 20,
    ...changes,
  };
}

export function refusal(code: StaticErrorCode, text: string | RegExp = "") {
  return expect.objectContaining({ name: "StaticComponentError", code, message: expect.stringMatching(text) });
}

/** A component that waits as its URI says. */
export const waiting = await component(
  ["wasi:clocks/monotonic-clock@0.2.6", "wasi:io/poll@0.2.0"],
  `(import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $after (param i64) (result i32)))
   (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
   (import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))`,
  // A URI of an odd length waits with poll on 10 s and 30 ms (and answers 200 + the index that was ready), else with block.
  `(if (i32.and (local.get 3) (i32.const 1))
     (then
       (i32.store (i32.const 200) (call $after (i64.const 10000000000)))
       (i32.store (i32.const 204) (call $after (i64.const 30000000)))
       (call $poll (i32.const 200) (i32.const 2) (i32.const 208))
       (return (i32.add (i32.const 200) (i32.load (i32.load (i32.const 208)))))))
   (call $block (call $after (i64.const 30000000)))
   (i32.const 204)`,
);
