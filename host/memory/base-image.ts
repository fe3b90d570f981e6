/**
 * The base image: what a runtime's linear memory holds after the runtime's own start-up, once per process.
 *
 *   the file     |--- the image's bytes ---|--- extension ---|     pages of zeros are holes, which take no memory
 *                0                                       byteLength, a multiple of 64 KiB
 *                     |                     |
 *   `bytes`      mapped for reading    in each thread that opens the image: slots are compared with it
 *   a slot       mapped copy-on-write  over the start of its memory (MappedMemory)
 *
 * The file never changes: `create` writes it, seals it (no write, no growth, no shrinking) and then opens it for
 * reading. `open` takes a file only if device, inode and length are those of the descriptor. If no file can be
 * mapped, a SharedArrayBuffer holds the image and slots copy from it.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { linuxCalls } from "./ffi.ts";
import { ImageError } from "./image-error.ts";
import { MAX_WASM_PAGES, PAGE_BYTES, WASM_PAGE_BYTES, ZERO_PAGE } from "./page-size.ts";

/** Lets a worker open a base image of its own process. It can be posted. */
export interface BaseImageDescriptor {
  /** Length in bytes, extension included. */
  readonly byteLength: number;
  readonly backing:
    | {
        readonly kind: "memfd";
        readonly fd: number;
        readonly device: bigint;
        readonly inode: bigint;
        /** See `LinuxCalls.createFaultControl`. The image's maker holds it for all threads: no thread's end closes it. */
        readonly faultControl: number | undefined;
      }
    | { readonly kind: "shared"; readonly bytes: SharedArrayBuffer };
}

export interface BaseImageOptions {
  /** Zero bytes after the image. A tenant's start-up grows into them at no cost. Default 0. */
  extendBytes?: number;
  /** Default: `memfd` if it works, otherwise `shared`. */
  backing?: "memfd" | "shared";
}

/**
 * One thread's hold on a base image.
 *
 * @example
 * using base = BaseImage.create(new Uint8Array(instance.exports.memory.buffer), { extendBytes: 1 << 20 });
 * worker.postMessage(base.descriptor()); // there: BaseImage.open(descriptor)
 */
export class BaseImage implements Disposable {
  /** Length in bytes, extension included; a multiple of 64 KiB. */
  readonly byteLength: number;
  readonly #backing: BaseImageDescriptor["backing"];
  readonly #isMaker: boolean;
  #bytes: Buffer | undefined;

  private constructor(descriptor: BaseImageDescriptor, bytes: Buffer, isMaker: boolean) {
    this.byteLength = descriptor.byteLength;
    this.#backing = descriptor.backing;
    this.#bytes = bytes;
    this.#isMaker = isMaker;
  }

  /**
   * Keeps a copy of a memory's bytes as an image. The length is rounded up to a multiple of 64 KiB.
   *
   * @throws ImageError `invalid-argument` for a length of zero or beyond 4 GiB, `platform` if `memfd` was asked for and
   * fails
   */
  static create(bytes: Uint8Array, options: BaseImageOptions = {}): BaseImage {
    const { extendBytes = 0, backing } = options;
    const wasmPages = Math.ceil((bytes.length + extendBytes) / WASM_PAGE_BYTES);
    if (!(extendBytes >= 0) || wasmPages < 1 || wasmPages > MAX_WASM_PAGES) {
      throw new ImageError(
        "invalid-argument",
        `a base image of ${bytes.length} + ${extendBytes} bytes is not possible`,
      );
    }
    const byteLength = wasmPages * WASM_PAGE_BYTES;
    const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (backing === "shared") return BaseImage.#createShared(image, byteLength);
    try {
      return BaseImage.#createMemoryFile(image, byteLength);
    } catch (error) {
      const unavailable = error instanceof ImageError && error.code === "platform";
      if (backing === "memfd" || !unavailable) throw error;
      return BaseImage.#createShared(image, byteLength);
    }
  }

  /**
   * Opens the image of a descriptor in any thread of the same process. The maker must not have disposed the image yet.
   *
   * @throws ImageError `invalid-argument` if the file descriptor belongs to another file now, `platform` if it is closed
   */
  static open(descriptor: BaseImageDescriptor): BaseImage {
    const { backing, byteLength } = descriptor;
    if (backing.kind === "shared") return new BaseImage(descriptor, Buffer.from(backing.bytes), false);
    return BaseImage.#openFile(`/proc/self/fd/${backing.fd}`, byteLength, backing);
  }

  /**
   * A view of the image's bytes, without a copy. Nobody may write it: on Linux its pages are read-only, and a write ends
   * the process.
   *
   * @throws ImageError `disposed`
   */
  get bytes(): Buffer {
    if (this.#bytes === undefined) throw new ImageError("disposed", "the base image was disposed");
    return this.#bytes;
  }

  /** The file to map over a slot's memory; undefined if the image has none or was disposed. */
  get fd(): number | undefined {
    return this.#bytes !== undefined && this.#backing.kind === "memfd" ? this.#backing.fd : undefined;
  }

  /** The control for `LinuxCalls.mapPagesSingly`. */
  get faultControl(): number | undefined {
    return this.#backing.kind === "memfd" ? this.#backing.faultControl : undefined;
  }

  descriptor(): BaseImageDescriptor {
    if (this.#bytes === undefined) throw new ImageError("disposed", "the base image was disposed");
    return { byteLength: this.byteLength, backing: this.#backing };
  }

  /** Ends this thread's hold on the image. Its slots keep their memory but cannot be switched any more. */
  [Symbol.dispose](): void {
    if (this.#bytes === undefined) return;
    this.#bytes = undefined;
    if (this.#backing.kind !== "memfd") return;
    closeSync(this.#backing.fd);
    const { faultControl } = this.#backing;
    if (this.#isMaker && faultControl !== undefined) linuxCalls().close(faultControl);
  }

  static #createShared(image: Buffer, byteLength: number): BaseImage {
    const bytes = new SharedArrayBuffer(byteLength);
    const view = Buffer.from(bytes);
    image.copy(view);
    return new BaseImage({ byteLength, backing: { kind: "shared", bytes } }, view, true);
  }

  static #createMemoryFile(image: Buffer, byteLength: number): BaseImage {
    const calls = linuxCalls();
    const writable = calls.createMemoryFile("plinth-base-image");
    try {
      ftruncateSync(writable, byteLength);
      writeNonZeroPages(writable, image);
      calls.sealMemoryFile(writable);
      return BaseImage.#openFile(`/proc/self/fd/${writable}`, byteLength);
    } finally {
      calls.close(writable);
    }
  }

  /**
   * Every holder opens the file anew for reading. One holder may close its descriptor while another still maps slots, and
   * Node closes a worker's descriptors when the worker ends.
   */
  static #openFile(
    path: string,
    byteLength: number,
    expected?: { device: bigint; inode: bigint; faultControl: number | undefined },
  ): BaseImage {
    let fd: number;
    try {
      fd = openSync(path, "r");
    } catch (cause) {
      throw new ImageError("platform", `the base image's file cannot be opened: ${(cause as Error).message}`, {
        cause,
      });
    }
    try {
      const { dev, ino, size } = fstatSync(fd, { bigint: true });
      const same = expected === undefined || (dev === expected.device && ino === expected.inode);
      if (!same || size !== BigInt(byteLength)) {
        throw new ImageError("invalid-argument", "the base image's file descriptor belongs to another file now");
      }
      const wasmPages = byteLength / WASM_PAGE_BYTES;
      // Only a WebAssembly.Memory has a buffer on a page boundary whose range is unmapped when it is collected.
      const { buffer } = new WebAssembly.Memory({ initial: wasmPages, maximum: wasmPages });
      linuxCalls().mapOver(buffer, byteLength, fd, "read");
      const isMaker = expected === undefined;
      const faultControl = isMaker ? linuxCalls().createFaultControl() : expected.faultControl;
      const backing = { kind: "memfd", fd, device: dev, inode: ino, faultControl } as const;
      return new BaseImage({ byteLength, backing }, Buffer.from(buffer), isMaker);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }
}

/** Leaves pages of zeros as holes, which take no memory. */
function writeNonZeroPages(fd: number, image: Buffer): void {
  let start = 0;
  const flush = (end: number) => {
    for (let at = start; at < end; ) at += writeSync(fd, image, at, end - at, at);
  };
  for (let at = 0; at < image.length; at += PAGE_BYTES) {
    const end = Math.min(at + PAGE_BYTES, image.length);
    if (ZERO_PAGE.compare(image, at, end, 0, end - at) !== 0) continue;
    flush(at);
    start = end;
  }
  flush(image.length);
}
