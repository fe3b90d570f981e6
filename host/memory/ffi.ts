import { createRequire } from "node:module";
import { constants } from "node:os";
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
// linux/userfaultfd.h. The C library has no function for its system call.
const SYS_USERFAULTFD: Readonly<Record<string, bigint>> = { x64: 323n, arm64: 282n };
const O_CLOEXEC = 0x80000n;
const O_NONBLOCK = 0x800n;
const UFFD_USER_MODE_ONLY = 0x1n;
const UFFD_API = 0xaan;
const UFFD_FEATURE_PAGEFAULT_FLAG_WP = 1n << 0n;
const UFFD_FEATURE_WP_HUGETLBFS_SHMEM = 1n << 12n;
const UFFDIO_API = 0xc018aa3fn; // _IOWR(0xaa, 0x3f, struct uffdio_api)
const UFFDIO_REGISTER = 0xc020aa00n; // _IOWR(0xaa, 0x00, struct uffdio_register)
const UFFDIO_REGISTER_MODE_WP = 1n << 1n;

/** The calls of the C library that copy-on-write memories need. */
export interface LinuxCalls {
  /**
   * Makes an empty anonymous file that can be sealed. It is closed on exec.
   *
   * @returns its file descriptor
   * @throws ImageError `platform`
   */
  createMemoryFile(name: string): number;

  /**
   * Forbids for good that the file shrinks, grows, is written, or is sealed otherwise. Private writable mappings stay
   * possible.
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
   * Gives all private pages of a mapped buffer back to the kernel. File pages then read as in the file, other pages as
   * zero.
   *
   * @throws ImageError `platform`
   */
  dropPrivatePages(buffer: ArrayBufferLike): void;

  /**
   * Asks the kernel for small pages only, so that a byte written beyond the image does not take 2 MiB. A kernel without
   * huge pages ignores this.
   */
  avoidHugePages(buffer: ArrayBufferLike): void;

  /**
   * Opens a userfaultfd for `mapPagesSingly`. No events are ever read from it.
   *
   * @returns its file descriptor; undefined if the kernel has no suitable one or refuses it to this process
   */
  createFaultControl(): number | undefined;

  /**
   * Makes a page fault in a mapped buffer map one page only. By default the kernel also maps the fifteen pages around it,
   * and each mapped page takes time in a scan. The kernel stops that for a range that is registered for write protection.
   * The protection itself is not used. If the registration fails, nothing changes. It holds while the control is open.
   */
  mapPagesSingly(control: number, buffer: ArrayBufferLike, length: number): void;

  /** The address of a buffer's first byte. It is valid until the buffer is detached or collected. */
  addressOf(buffer: ArrayBufferLike): number;

  /**
   * Calls `ioctl` on a descriptor with the address of its argument.
   *
   * @returns what the call returned, -1 for an error (see `errno`)
   */
  ioctl(fd: number, request: number, argument: number): number;

  /** The name of the last call's error, such as `EINVAL`. */
  errorName(): string;
}

let loaded: { calls: LinuxCalls } | { reason: string } | undefined;

/**
 * Loads the calls once per thread.
 *
 * @returns the calls, or the reason why there are none
 */
export function loadLinuxCalls(): { calls: LinuxCalls } | { reason: string } {
  loaded ??= load();
  return loaded;
}

/** @throws ImageError `platform` if the calls cannot be loaded */
export function linuxCalls(): LinuxCalls {
  const result = loadLinuxCalls();
  if ("reason" in result) throw new ImageError("platform", result.reason);
  return result.calls;
}

function load(): { calls: LinuxCalls } | { reason: string } {
  if (process.platform !== "linux") return { reason: `copy-on-write memories need Linux, this is ${process.platform}` };
  try {
    return { calls: bind(requireQuietly()) };
  } catch (error) {
    return { reason: `the C library cannot be called through node:ffi: ${(error as Error).message}` };
  }
}

export type Ffi = typeof import("node:ffi");

/**
 * Loads Node's ffi module. Every thread would otherwise print a warning that it is experimental.
 *
 * @throws Error if this Node has no ffi module
 */
export function requireQuietly(): Ffi {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return createRequire(import.meta.url)("node:ffi");
  } finally {
    process.emitWarning = emitWarning;
  }
}

function bind(ffi: Ffi): LinuxCalls {
  // Without a name `dlopen` opens the process's own C library, whichever it is (glibc, musl).
  const { functions } = ffi.dlopen(null, {
    memfd_create: { arguments: ["string", "u32"], return: "i32" },
    fcntl: { arguments: ["i32", "i32", "i32"], return: "i32" },
    close: { arguments: ["i32"], return: "i32" },
    mmap: { arguments: ["u64", "u64", "i32", "i32", "i32", "i64"], return: "i64" },
    madvise: { arguments: ["u64", "u64", "i32"], return: "i32" },
    ioctl: { arguments: ["i32", "u64", "u64"], return: "i32" },
    syscall: { arguments: ["i64", "i64"], return: "i64" },
    __errno_location: { arguments: [], return: "pointer" },
  });

  // Each thread has its own errno and its own instance of this module, so the address stays the same.
  const errnoAddress = functions.__errno_location();
  const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
  const errorName = () => {
    const errno = ffi.getInt32(errnoAddress);
    return names.get(errno as never) ?? `errno ${errno}`;
  };
  const check = <Result extends number | bigint>(call: string, result: Result): Result => {
    if (Number(result) === -1) throw new ImageError("platform", `${call} failed: ${errorName()}`);
    return result;
  };
  const addressOf = (buffer: ArrayBufferLike) => Number(ffi.getRawPointer(buffer as ArrayBuffer));

  return {
    createMemoryFile: (name) => check("memfd_create", functions.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)),

    sealMemoryFile(fd) {
      const seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
      check("fcntl(F_ADD_SEALS)", functions.fcntl(fd, F_ADD_SEALS, seals));
    },

    close(fd) {
      functions.close(fd);
    },

    mapOver(buffer, length, fd, access) {
      const address = addressOf(buffer);
      // MAP_FIXED replaces what lies there. A range that leaves the buffer would replace the host's own memory.
      if (length <= 0 || length % PAGE_BYTES !== 0 || length > buffer.byteLength || address % PAGE_BYTES !== 0) {
        const place = `${length} bytes at address ${address} over a buffer of ${buffer.byteLength} bytes`;
        throw new ImageError("invalid-argument", `cannot map ${place}`);
      }
      const protection = access === "read" ? PROT_READ : PROT_READ | PROT_WRITE;
      const flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE;
      check("mmap", functions.mmap(BigInt(address), BigInt(length), protection, flags, fd, 0n));
    },

    dropPrivatePages(buffer) {
      const length = BigInt(buffer.byteLength);
      check("madvise(MADV_DONTNEED)", functions.madvise(BigInt(addressOf(buffer)), length, MADV_DONTNEED));
    },

    avoidHugePages(buffer) {
      functions.madvise(BigInt(addressOf(buffer)), BigInt(buffer.byteLength), MADV_NOHUGEPAGE);
    },

    createFaultControl() {
      const number = SYS_USERFAULTFD[process.arch];
      if (number === undefined) return undefined;
      const control = Number(functions.syscall(number, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY));
      if (control < 0) return undefined;
      const features = UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM;
      const api = new BigUint64Array([UFFD_API, features, 0n]);
      if (functions.ioctl(control, UFFDIO_API, ffi.getRawPointer(api.buffer)) === 0) return control;
      functions.close(control);
      return undefined;
    },

    mapPagesSingly(control, buffer, length) {
      const range = [BigInt(addressOf(buffer)), BigInt(length)] as const;
      const register = new BigUint64Array([...range, UFFDIO_REGISTER_MODE_WP, 0n]);
      functions.ioctl(control, UFFDIO_REGISTER, ffi.getRawPointer(register.buffer));
    },

    addressOf,
    ioctl: (fd, request, argument) => functions.ioctl(fd, BigInt(request), BigInt(argument)),
    errorName,
  };
}
