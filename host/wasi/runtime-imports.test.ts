import { parse } from "@bytecodealliance/jco";
import { describe, expect, it } from "vitest";
import { CLOCK, ERRNO } from "./preview1.ts";
import { GuestExit, runtimeImports } from "./runtime-imports.ts";

const imported = {
  args_sizes_get: "i32 i32",
  environ_sizes_get: "i32 i32",
  clock_time_get: "i32 i64 i32",
  random_get: "i32 i32",
  fd_write: "i32 i32 i32 i32",
  fd_fdstat_get: "i32 i32",
  fd_prestat_get: "i32 i32",
  path_open: "i32 i32 i32 i32 i32 i64 i64 i32 i32",
  path_filestat_get: "i32 i32 i32 i32 i32",
  path_create_directory: "i32 i32 i32",
  poll_oneoff: "i32 i32 i32 i32",
};

/** The functions that the host gives to a module, over a memory of their own. */
async function functions() {
  const lines = Object.entries(imported).map(
    ([name, types]) => `(import "wasi_snapshot_preview1" "${name}" (func (param ${types}) (result i32)))`,
  );
  const exit = `(import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))`;
  const text = `(module ${lines.join("\n")} ${exit} (import "other" "random_get" (func)))`;
  const module = new WebAssembly.Module((await parse(text)) as Uint8Array<ArrayBuffer>);
  const view = new DataView(new ArrayBuffer(65_536));
  const wrote: string[] = [];
  const wasi = runtimeImports(module, {
    memory: () => view.buffer,
    clockNs: (id) => (id === CLOCK.realtime ? 1_700_000_000_123_000_000n : 5_000_000_001n),
    random: (bytes) => void bytes.fill(7),
    write: (output, bytes) => void wrote.push(`${output}: ${Buffer.from(bytes).toString()}`),
  }) as Record<string, (...values: (number | bigint)[]) => number>;
  return { wasi, view, wrote, bytes: Buffer.from(view.buffer) };
}

describe("what a runtime imports of WASI", () => {
  it("is as much as its module asks for", async () => {
    const { wasi } = await functions();
    expect(Object.keys(wasi).sort()).toEqual([...Object.keys(imported), "proc_exit"].sort());
  });

  it("has no arguments, no environment and no files, and nothing that waits", async () => {
    const { wasi, view, bytes } = await functions();
    bytes.fill(255, 0, 8);
    expect(wasi.args_sizes_get!(0, 4)).toBe(ERRNO.success);
    expect(view.getBigUint64(0)).toBe(0n);
    bytes.fill(255, 0, 8);
    expect(wasi.environ_sizes_get!(0, 4)).toBe(ERRNO.success);
    expect(view.getBigUint64(0)).toBe(0n);
    expect([wasi.fd_prestat_get!(3, 0), wasi.poll_oneoff!(0, 0, 1, 0)]).toEqual([ERRNO.badf, ERRNO.nosys]);
    const open = (flags: number) => wasi.path_open!(-1, 0, 0, 1, flags, 0n, 0n, 0, 8);
    expect([open(0), open(1), open(1 | 4)]).toEqual([ERRNO.noent, ERRNO.rofs, ERRNO.rofs]);
    expect(wasi.path_filestat_get!(-1, 0, 0, 1, 8)).toBe(ERRNO.noent);
    expect(wasi.path_create_directory!(-1, 0, 1)).toBe(ERRNO.rofs);
  });

  it("has two clocks", async () => {
    const { wasi, view } = await functions();
    for (const [clock, ns] of [
      [0, 1_700_000_000_123_000_000n],
      [1, 5_000_000_001n],
    ] as const) {
      expect(wasi.clock_time_get!(clock, 0n, 16)).toBe(ERRNO.success);
      expect(view.getBigUint64(16, true)).toBe(ns);
    }
  });

  it("has random numbers, within the memory", async () => {
    const { wasi, bytes } = await functions();
    expect(wasi.random_get!(100, 3)).toBe(ERRNO.success);
    expect([...bytes.subarray(99, 104)]).toEqual([0, 7, 7, 7, 0]);
    expect(() => wasi.random_get!(65_535, 2)).toThrow(RangeError);
    expect(() => wasi.random_get!(-1, 2)).toThrow(RangeError);
  });

  it("writes to the two outputs and to nothing else", async () => {
    const { wasi, wrote, bytes, view } = await functions();
    bytes.write("hello", 200);
    new Uint32Array(view.buffer).set([200, 2, 202, 3]);
    expect([wasi.fd_write!(1, 0, 2, 32), view.getUint32(32, true)]).toEqual([ERRNO.success, 5]);
    expect(wasi.fd_write!(2, 8, 1, 32)).toBe(ERRNO.success);
    expect(wasi.fd_write!(0, 8, 1, 32)).toBe(ERRNO.badf);
    expect(wasi.fd_write!(3, 8, 1, 32)).toBe(ERRNO.badf);
    expect(wrote).toEqual(["1: he", "1: llo", "2: llo"]);
    bytes.fill(255, 64, 88);
    expect([wasi.fd_fdstat_get!(1, 64), bytes[64], bytes[65]]).toEqual([ERRNO.success, 2, 0]);
    expect(wasi.fd_fdstat_get!(3, 64)).toBe(ERRNO.badf);
    expect(wasi.fd_fdstat_get!(-1, 64)).toBe(ERRNO.badf);
  });

  it("ends a program that exits", async () => {
    const { wasi } = await functions();
    expect(() => wasi.proc_exit!(3)).toThrow(GuestExit);
    expect(() => wasi.proc_exit!(3)).toThrow("exited with status 3");
  });
});
