import { createRequire } from "node:module";
import type koffi from "koffi";
import { ImageError } from "./image-error.ts";
import { PAGE_BYTES } from "./page-size.ts";

// linux/memfd.h, linux/fcntl.h, asm-generic/mman-common.h
const MFD_CLOEXEC = 0x1;
const MFD_ALLOW_SEALING = 0x2;
const F_ADD_SEALS = 1033;
const F_SEAL_SEAL = 0x1;
const F_SEAL_SHRINK = 0x2;
const F_SEAL_GROW = 0x4;
const F_SEAL_WRITE = 0x8;
const PROT_READ = 0x1;
const PROT_WRITE = 0x2;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_NORESERVE = 0x4000;
const MADV_DONTNEED = 4;
const MADV_NOHUGEPAGE = 15;

/** The few calls of the C library that copy-on-write memories need. */
export interface LinuxCalls {
  /**
   * An empty anonymous file that can be sealed, closed on exec.
   *
   * @returns its file descriptor
   * @throws ImageError `platform`
   */
  createMemoryFile(name: string): number;

  /**
   * Forbids for good that the file shrinks, grows, is written, or is sealed otherwise. Private writable mappings stay possible.
   *
   * @throws ImageError `platform`
   */
  sealMemoryFile(fd: number): void;

  /** Closes a descriptor made here. (Node's own `close` warns in a worker about descriptors that it did not open.) */
  close(fd: number): void;

  /**
   * Maps the start of a file privately (copy-on-write) over the start of a WebAssembly.Memory's buffer.
   *
   * @param length bytes, a multiple of 4 KiB, at most the buffer's length
   * @throws ImageError `invalid-argument`, `platform`
   */
  mapOver(buffer: ArrayBufferLike, length: number, fd: number, access: "read" | "read-write"): void;

  /**
   * Gives all private pages of a mapped buffer back to the kernel: file pages read as in the file again, others as zero.
   *
   * @throws ImageError `platform`
   */
  dropPrivatePages(buffer: ArrayBufferLike): void;

  /**
   * Asks for small pages only, so that a byte written beyond the image does not take 2 MiB. Does nothing where the kernel
   * has no huge pages.
   */
  avoidHugePages(buffer: ArrayBufferLike): void;

  /** Address of a buffer's first byte. It holds until the buffer is detached or collected. */
  addressOf(buffer: ArrayBufferLike): number;

  /**
   * `ioctl` on a descriptor with the address of its argument.
   *
   * @returns what the call returned, -1 for an error (see `errno`)
   */
  ioctl(fd: number, request: number, argument: number): number;

  /** The name of the last call's error, such as `EINVAL`. */
  errorName(): string;
}

let loaded: { calls: LinuxCalls } | { reason: string } | undefined;

/**
 * The calls, loaded when first asked for in this thread.
 *
 * @returns the calls, or the reason why there are none
 */
export function loadLinuxCalls(): { calls: LinuxCalls } | { reason: string } {
  loaded ??= load();
  return loaded;
}

/** @throws ImageError `platform` where the calls cannot be loaded */
export function linuxCalls(): LinuxCalls {
  const result = loadLinuxCalls();
  if ("reason" in result) throw new ImageError("platform", result.reason);
  return result.calls;
}

function load(): { calls: LinuxCalls } | { reason: string } {
  if (process.platform !== "linux") return { reason: `copy-on-write memories need Linux, this is ${process.platform}` };
  try {
    const library: typeof koffi = createRequire(import.meta.url)("koffi");
    return { calls: bind(library) };
  } catch (error) {
    return { reason: `the C library cannot be called through koffi: ${(error as Error).message}` };
  }
}

function bind(ffi: typeof koffi): LinuxCalls {
  // No name: the process's own C library, whichever it is (glibc, musl).
  const libc = ffi.load(null);
  const memfdCreate = libc.func("memfd_create", "int", ["str", "uint32_t"]);
  const fcntl = libc.func("fcntl", "int", ["int", "int", "int"]);
  const close = libc.func("close", "int", ["int"]);
  const mmap = libc.func("mmap", "int64_t", ["uint64_t", "uint64_t", "int", "int", "int", "int64_t"]);
  const madvise = libc.func("madvise", "int", ["uint64_t", "uint64_t", "int"]);
  const ioctl = libc.func("ioctl", "int", ["int", "uint64_t", "uint64_t"]);

  const names = new Map(Object.entries(ffi.os.errno).map(([name, number]) => [number, name]));
  const errorName = () => names.get(ffi.errno()) ?? `errno ${ffi.errno()}`;
  const check = (call: string, result: number) => {
    if (result === -1) throw new ImageError("platform", `${call} failed: ${errorName()}`);
    return result;
  };
  const addressOf = (buffer: ArrayBufferLike) => Number(ffi.address(buffer));

  return {
    createMemoryFile: (name) => check("memfd_create", memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)),

    sealMemoryFile(fd) {
      check("fcntl(F_ADD_SEALS)", fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
    },

    close(fd) {
      close(fd);
    },

    mapOver(buffer, length, fd, access) {
      const address = addressOf(buffer);
      // MAP_FIXED replaces whatever lies there: a range that leaves the buffer would replace the host's own memory.
      if (length <= 0 || length % PAGE_BYTES !== 0 || length > buffer.byteLength || address % PAGE_BYTES !== 0) {
        const place = `${length} bytes at address ${address} over a buffer of ${buffer.byteLength} bytes`;
        throw new ImageError("invalid-argument", `cannot map ${place}`);
      }
      const protection = access === "read" ? PROT_READ : PROT_READ | PROT_WRITE;
      const result = mmap(address, length, protection, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, fd, 0);
      check("mmap", result);
    },

    dropPrivatePages(buffer) {
      check("madvise(MADV_DONTNEED)", madvise(addressOf(buffer), buffer.byteLength, MADV_DONTNEED));
    },

    avoidHugePages(buffer) {
      madvise(addressOf(buffer), buffer.byteLength, MADV_NOHUGEPAGE);
    },

    addressOf,
    ioctl,
    errorName,
  };
}
