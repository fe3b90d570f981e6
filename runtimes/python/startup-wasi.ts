/**
 * WASI preview 1 for CPython while its image is made: one folder with one file, the standard library. The clock stands at
 * the epoch and random bytes are zeros, so that an image is the same on every machine. Neither survives into a request.
 */
import { ERRNO, PREVIEW1, type Preview1 } from "../../host/wasi/preview1.ts";
import { runtimeImports } from "../../host/wasi/runtime-imports.ts";
import { vectors } from "../../host/wasi/vectors.ts";

const COMMAND = "python\0";
const FOLDER = "/usr/local/lib";
/** The descriptor of the folder. */
const FOLDER_DESCRIPTOR = 3;
const FIRST_FILE = 4;

/** `filetype`, and layouts of `fdstat` and `filestat` (witx/wasi_snapshot_preview1.witx). */
const TYPE = { device: 2, folder: 3, file: 4 } as const;
const FDSTAT = { bytes: 24, rights: 8 } as const;
const FILESTAT = { bytes: 64, type: 16, links: 24, size: 32 } as const;
const PRESTAT_BYTES = 8;
const WHENCE = { start: 0, current: 1 } as const;
const ALL_RIGHTS = 0x1fff_ffffn;
const CLOCK_RESOLUTION_NS = 1_000_000n;

export class StartupWasi {
  /** All text that was written to stdout and stderr. */
  output = "";
  readonly #name: string;
  readonly #contents: Uint8Array;
  /** Positions in the file, by descriptors. */
  readonly #open = new Map<number, bigint>();
  #next = FIRST_FILE;

  /** @param name of the file in /usr/local/lib */
  constructor(name: string, contents: Uint8Array) {
    this.#name = name;
    this.#contents = contents;
  }

  imports(module: WebAssembly.Module, memory: () => WebAssembly.Memory): WebAssembly.Imports {
    const imports: Record<string, Preview1> = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (kind !== "function") continue;
      imports[from] ??= {};
      imports[from][name] = () => {
        throw new Error(`CPython calls ${from}.${name} while its image is made`);
      };
    }
    const surroundings = {
      memory: () => memory().buffer,
      clockNs: () => 0n,
      random: (bytes: Uint8Array) => void bytes.fill(0),
      write: (_output: 1 | 2, bytes: Uint8Array) => {
        this.output += Buffer.from(bytes).toString();
      },
    };
    const usual = runtimeImports(module, surroundings);
    imports[PREVIEW1] = { ...usual, ...this.#files(() => memory().buffer, usual) };
    return imports as WebAssembly.Imports;
  }

  #files(memory: () => ArrayBufferLike, usual: Preview1): Preview1 {
    const view = () => new DataView(memory());
    const text = (at: number, length: number) => Buffer.from(memory(), at >>> 0, length >>> 0).toString();
    const stat = (at: number, type: number, size: number) => {
      new Uint8Array(memory(), at >>> 0, FILESTAT.bytes).fill(0);
      view().setUint8((at >>> 0) + FILESTAT.type, type);
      view().setBigUint64((at >>> 0) + FILESTAT.links, 1n, true);
      view().setBigUint64((at >>> 0) + FILESTAT.size, BigInt(size), true);
      return ERRNO.success;
    };
    const describe = usual.fd_fdstat_get as (descriptor: number, at: number) => number;
    return {
      // CPython takes the name of its command from the first argument.
      args_sizes_get: (count: number, size: number) => {
        view().setUint32(count >>> 0, 1, true);
        view().setUint32(size >>> 0, COMMAND.length, true);
        return ERRNO.success;
      },
      args_get: (list: number, at: number) => {
        view().setUint32(list >>> 0, at, true);
        Buffer.from(memory(), at >>> 0, COMMAND.length).write(COMMAND);
        return ERRNO.success;
      },
      clock_res_get: (_clock: number, at: number) => {
        view().setBigUint64(at >>> 0, CLOCK_RESOLUTION_NS, true);
        return ERRNO.success;
      },
      fd_prestat_get: (descriptor: number, at: number) => {
        if (descriptor !== FOLDER_DESCRIPTOR) return ERRNO.badf;
        new Uint8Array(memory(), at >>> 0, PRESTAT_BYTES).fill(0);
        view().setUint32((at >>> 0) + 4, FOLDER.length, true);
        return ERRNO.success;
      },
      fd_prestat_dir_name: (_descriptor: number, at: number, length: number) => {
        Buffer.from(memory(), at >>> 0, length).write(FOLDER);
        return ERRNO.success;
      },
      fd_fdstat_get: (descriptor: number, at: number) => {
        if (descriptor !== FOLDER_DESCRIPTOR && !this.#open.has(descriptor)) return describe(descriptor, at);
        new Uint8Array(memory(), at >>> 0, FDSTAT.bytes).fill(0);
        view().setUint8(at >>> 0, descriptor === FOLDER_DESCRIPTOR ? TYPE.folder : TYPE.file);
        for (const rights of [FDSTAT.rights, FDSTAT.rights + 8])
          view().setBigUint64((at >>> 0) + rights, ALL_RIGHTS, true);
        return ERRNO.success;
      },
      fd_filestat_get: (descriptor: number, at: number) => {
        if (this.#open.has(descriptor)) return stat(at, TYPE.file, this.#contents.length);
        return descriptor >>> 0 < FOLDER_DESCRIPTOR ? stat(at, TYPE.device, 0) : ERRNO.badf;
      },
      path_filestat_get: (_folder: number, _flags: number, path: number, length: number, at: number) => {
        const name = text(path, length);
        if (name === "." || name === "") return stat(at, TYPE.folder, 0);
        return name === this.#name ? stat(at, TYPE.file, this.#contents.length) : ERRNO.noent;
      },
      path_open: (...given: number[]) => {
        const [, , path, length] = given as [number, number, number, number];
        if (text(path, length) !== this.#name) return ERRNO.noent;
        this.#open.set(this.#next, 0n);
        view().setUint32(given.at(-1)! >>> 0, this.#next++, true);
        return ERRNO.success;
      },
      fd_tell: (descriptor: number, at: number) => {
        const position = this.#open.get(descriptor);
        if (position === undefined) return ERRNO.badf;
        view().setBigUint64(at >>> 0, position, true);
        return ERRNO.success;
      },
      fd_seek: (descriptor: number, offset: bigint, whence: number, at: number) => {
        const position = this.#open.get(descriptor);
        if (position === undefined) return ERRNO.badf;
        const from =
          whence === WHENCE.start ? 0n : whence === WHENCE.current ? position : BigInt(this.#contents.length);
        this.#open.set(descriptor, from + offset);
        view().setBigUint64(at >>> 0, from + offset, true);
        return ERRNO.success;
      },
      fd_read: (descriptor: number, list: number, count: number, read: number) => {
        const position = this.#open.get(descriptor);
        if (position === undefined) return ERRNO.badf;
        let at = Number(position);
        for (const target of vectors(memory(), list, count)) {
          const piece = this.#contents.subarray(at, at + target.length);
          target.set(piece);
          at += piece.length;
        }
        this.#open.set(descriptor, BigInt(at));
        view().setUint32(read >>> 0, at - Number(position), true);
        return ERRNO.success;
      },
      fd_close: (descriptor: number) => (this.#open.delete(descriptor) ? ERRNO.success : ERRNO.badf),
    };
  }
}
