import type { BaseImage } from "./base-image.ts";
import { type LinuxCalls, linuxCalls } from "./ffi.ts";
import { ImageError } from "./image-error.ts";
import { invariant } from "./invariant.ts";
import type { PageRanges } from "./page-ranges.ts";
import type { PageTracker } from "./page-tracker.ts";

/**
 * A linear memory with the base image's file mapped copy-on-write over its start. Alone it is the `remap` strategy, which
 * cannot tell which pages are private but can drop them all.
 */
export class MappedMemory implements PageTracker {
  readonly #base: BaseImage;
  readonly #calls: LinuxCalls;
  readonly #singly: boolean;
  #buffer: ArrayBufferLike | undefined;
  #address = 0;

  /**
   * @param faults "one page a fault" if clean pages around a fault would cost time in a scan. It does not pay if all pages
   *   are given back at each switch
   * @throws ImageError `platform`
   */
  constructor(base: BaseImage, faults: "one page a fault" | "as the kernel does") {
    this.#singly = faults === "one page a fault";
    this.#base = base;
    this.#calls = linuxCalls();
  }

  /** Address of the memory's first byte. */
  get address(): number {
    return this.#address;
  }

  attach(memory: Buffer): void {
    const address = this.#calls.addressOf(memory.buffer);
    const mapped = this.#address !== 0;
    // V8 reserves a memory's address space in advance, so growth leaves the memory and its mapping in place. Another
    // mapping would lose what the guest wrote.
    invariant(!mapped || address === this.#address, "COVERED: the slot's memory moved");
    this.#buffer = memory.buffer;
    this.#calls.avoidHugePages(memory.buffer);
    if (mapped) return;
    const { fd, byteLength, faultControl } = this.#base;
    if (fd === undefined) throw new ImageError("disposed", "the base image has no open file to map");
    this.#address = address;
    this.#calls.mapOver(memory.buffer, byteLength, fd, "read-write");
    if (this.#singly && faultControl !== undefined) this.#calls.mapPagesSingly(faultControl, memory.buffer, byteLength);
  }

  findPrivate(_ranges: PageRanges): boolean {
    return false;
  }

  dropPrivate(): boolean {
    if (this.#buffer !== undefined) this.#calls.dropPrivatePages(this.#buffer);
    return true;
  }
}
