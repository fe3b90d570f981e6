/**
 * WASI preview 1 for a language runtime (Go's), in a slot or where its image is made: clocks, random numbers, and two
 * outputs. There are no arguments, no environment and no files: a lookup finds none, and a file cannot be made, because
 * the file system is read-only. All other functions answer ENOSYS.
 *
 * Source of names, types and numbers: WASI preview 1, witx/wasi_snapshot_preview1.witx.
 */
import { ERRNO, PREVIEW1, type Preview1 } from "./preview1.ts";
import { vectors } from "./vectors.ts";

/** The surroundings that the functions use. */
export interface RuntimeSurroundings {
  /** The program's memory; asked for when a function is called. */
  memory(): ArrayBufferLike;
  /** The time that a clock (`CLOCK`) shows, ns. */
  clockNs(id: number): bigint;
  /** Fills a view of the memory. */
  random(bytes: Uint8Array<ArrayBuffer>): void;
  /** Takes bytes for standard output (1) or standard error (2): a view of the memory. */
  write(output: 1 | 2, bytes: Uint8Array): void;
}

/** Thrown by `proc_exit`: ends the call into the program. */
export class GuestExit extends Error {
  constructor(code: number) {
    super(`the program has exited with status ${code}`);
    this.name = "GuestExit";
  }
}

/** `fdstat` of a character device with all rights: its size, its type, and where the rights stand in it. */
const DEVICE = { bytes: 24, type: 2, rightsAt: 8, rights: 0x1fff_ffffn } as const;

/** Standard input, output and error. */
const isStandard = (descriptor: number) => descriptor >>> 0 <= 2;

/** Flag in `oflags` of `path_open`: the file is made if it is not there. */
const CREATE = 1;

const noFile = () => ERRNO.noent;

/** The import object's `wasi_snapshot_preview1` for a module, with the functions that the module imports. */
export function runtimeImports(module: WebAssembly.Module, surroundings: RuntimeSurroundings): Preview1 {
  const functions = functionsOn(surroundings);
  const wanted = WebAssembly.Module.imports(module).filter(({ module: from }) => from === PREVIEW1);
  return Object.fromEntries(wanted.map(({ name }) => [name, functions[name] ?? (() => ERRNO.nosys)]));
}

function functionsOn({ memory, clockNs, random, write }: RuntimeSurroundings): Preview1 {
  const view = () => new DataView(memory());
  const nothing = (count: number, size: number): number => {
    view().setUint32(count >>> 0, 0, true);
    view().setUint32(size >>> 0, 0, true);
    return ERRNO.success;
  };
  const standardOnly = (descriptor: number): number => (isStandard(descriptor) ? ERRNO.success : ERRNO.badf);
  return {
    args_sizes_get: nothing,
    args_get: () => ERRNO.success,
    environ_sizes_get: nothing,
    environ_get: () => ERRNO.success,
    clock_time_get: (clock: number, _precision: bigint, at: number): number => {
      view().setBigUint64(at >>> 0, clockNs(clock), true);
      return ERRNO.success;
    },
    random_get: (at: number, length: number): number => {
      random(new Uint8Array(memory() as ArrayBuffer, at >>> 0, length >>> 0));
      return ERRNO.success;
    },
    fd_write: (descriptor: number, list: number, count: number, written: number): number => {
      if (descriptor !== 1 && descriptor !== 2) return ERRNO.badf;
      let sum = 0;
      for (const bytes of vectors(memory(), list, count)) {
        write(descriptor, bytes);
        sum += bytes.length;
      }
      view().setUint32(written >>> 0, sum, true);
      return ERRNO.success;
    },
    fd_fdstat_get: (descriptor: number, at: number): number => {
      if (!isStandard(descriptor)) return ERRNO.badf;
      new Uint8Array(memory(), at >>> 0, DEVICE.bytes).fill(0);
      view().setUint8(at >>> 0, DEVICE.type);
      view().setBigUint64((at >>> 0) + DEVICE.rightsAt, DEVICE.rights, true);
      return ERRNO.success;
    },
    fd_fdstat_set_flags: standardOnly,
    fd_prestat_get: () => ERRNO.badf,
    path_open: (_folder: number, _lookup: number, _path: number, _length: number, flags: number): number =>
      (flags & CREATE) === 0 ? ERRNO.noent : ERRNO.rofs,
    path_filestat_get: noFile,
    path_filestat_set_times: noFile,
    path_readlink: noFile,
    path_unlink_file: noFile,
    path_remove_directory: noFile,
    path_rename: noFile,
    path_link: noFile,
    path_create_directory: () => ERRNO.rofs,
    path_symlink: () => ERRNO.rofs,
    sched_yield: () => ERRNO.success,
    proc_exit: (code: number): never => {
      throw new GuestExit(code);
    },
  };
}
