/** WASI commands from WebAssembly text, for tests on machines without a compiler. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "@bytecodealliance/jco";

/**
 * Builds a command whose `_start` has the given body, with `$fd_write`, `$say` and others in scope.
 *
 * Memory: 0 to 1023 is free for the body. The text is at 1024. The rest is free from `$free` to the end of the second page.
 *
 * @param text is at 1024 in the memory; the global `$length` is its length
 */
export async function command(body: string, text = "", extra = ""): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
  const length = new TextEncoder().encode(text).length;
  return new Uint8Array(
    await parse(`(module
      (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
      (import "wasi_snapshot_preview1" "path_open"
        (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
      (memory (export "memory") 2)
      (data (i32.const 1024) "${bytes}")
      (global $length i32 (i32.const ${length}))
      ;; Writes to a descriptor.
      (func $say (param $fd i32) (param $at i32) (param $count i32)
        (i32.store (i32.const 0) (local.get $at))
        (i32.store (i32.const 4) (local.get $count))
        (drop (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))
      ;; Writes the text to standard output.
      (func $text (call $say (i32.const 1) (i32.const 1024) (global.get $length)))
      ;; Writes a number's eight bytes in little-endian order.
      (func $u64 (param $value i64)
        (i64.store (i32.const 16) (local.get $value))
        (call $say (i32.const 1) (i32.const 16) (i32.const 8)))
      ;; Gives the time of the realtime clock, ns.
      (func $now (result i64)
        (drop (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 24)))
        (i64.load (i32.const 24)))
      ;; Waits for that many ns.
      (func $sleep (param $ns i64)
        (memory.fill (i32.const 64) (i32.const 0) (i32.const 48))
        (i32.store (i32.const 80) (i32.const 1))
        (i64.store (i32.const 88) (local.get $ns))
        (drop (call $poll_oneoff (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 160))))
      ${extra}
      (func (export "_start") ${body}))`),
  );
}

/** The header of every test's response. */
export const PLAIN = "Content-Type: text/plain\n\n";

export const goIsThere = await promisify(execFile)("go", ["version"]).then(
  () => true,
  () => false,
);

/** Builds a folder by `GOOS=wasip1 go build`. */
export async function buildGoCommand(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const output = await mkdtemp(join(tmpdir(), "plinth-wasip1-"));
  try {
    const file = join(output, "command.wasm");
    await promisify(execFile)("go", ["build", "-ldflags=-s -w", "-o", file, "."], {
      cwd: folder,
      env: { ...process.env, GOOS: "wasip1", GOARCH: "wasm", GOFLAGS: "" },
    });
    return new Uint8Array(await readFile(file));
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** @returns status and code, such as "503 PLINTH_CPU_LIMIT" */
export async function errorOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { code: string } };
  return `${response.status} ${error.code}`;
}
