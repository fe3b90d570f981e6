import type { BaseImage } from "./base-image.ts";
import type { Delta } from "./delta.ts";
import { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES } from "./page-size.ts";

/**
 * The decoded pages that layers of deltas touch: the base image's bytes with every layer applied. A switch restores each of
 * these pages by one copy. A capture compares with them without a memory that is switched to those layers.
 */
export class LayerPages {
  /** Numbers of the pages, rising. */
  readonly pages: Uint32Array;
  /** The pages' bytes, one after the other. */
  readonly data: Buffer;
  /** 1 for each page of the memory that is in `pages`. It ends at the last of them. */
  readonly #covered: Uint8Array;
  readonly #uncovered = new PageRanges();

  /** @param room a buffer for the bytes, used if it is large enough */
  constructor(base: BaseImage, layers: readonly Delta[], room?: Buffer) {
    const pages = unionOfPages(layers);
    const length = pages.length * PAGE_BYTES;
    const data = room !== undefined && room.length >= length ? room : Buffer.allocUnsafeSlow(length);
    for (let index = 0; index < pages.length; index++) {
      const from = pages[index]! * PAGE_BYTES;
      const to = index * PAGE_BYTES;
      if (from < base.byteLength) base.bytes.copy(data, to, from, from + PAGE_BYTES);
      else data.fill(0, to, to + PAGE_BYTES);
    }
    for (const layer of layers) layer.applyToPages(pages, data);
    this.pages = pages;
    this.data = data;
    this.#covered = new Uint8Array((pages.at(-1) ?? -1) + 1);
    for (const page of pages) this.#covered[page] = 1;
  }

  /** The ranges without these pages. The result is valid until the next call. */
  uncovered({ bounds, count }: PageRanges): PageRanges {
    const covered = this.#covered;
    const result = this.#uncovered;
    result.clear();
    for (let range = 0; range < count; range++) {
      const end = bounds[range * 2 + 1]!;
      for (let page = bounds[range * 2]!; page < end; page++) {
        const first = page;
        while (page < end && covered[page] !== 1) page++;
        if (page > first) result.add(first, page);
      }
    }
    return result;
  }

  /** Writes the pages to their places in a memory, neighbouring pages in one copy. */
  writeTo(memory: Buffer): void {
    const { pages, data } = this;
    for (let first = 0; first < pages.length; ) {
      let end = first + 1;
      while (end < pages.length && pages[end] === pages[end - 1]! + 1) end++;
      data.copy(memory, pages[first]! * PAGE_BYTES, first * PAGE_BYTES, end * PAGE_BYTES);
      first = end;
    }
  }
}

function unionOfPages(layers: readonly Delta[]): Uint32Array {
  const first = layers[0];
  if (first === undefined) return new Uint32Array(0);
  if (layers.length === 1) return first.pages();
  return Uint32Array.from(new Set(layers.flatMap((layer) => [...layer.pages()]))).sort();
}
