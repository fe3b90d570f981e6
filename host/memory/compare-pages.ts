import type { Delta } from "./delta.ts";
import { DeltaWriter } from "./delta-writer.ts";
import { ImageError } from "./image-error.ts";
import type { LayerPages } from "./layer-pages.ts";
import type { PageRanges } from "./page-ranges.ts";
import { PAGE_BYTES, PAGES_PER_WASM_PAGE, ZERO_PAGE } from "./page-size.ts";

/** All comparisons of a thread share one writer, since a comparison never waits in its middle. */
const writer = new DeltaWriter();

/**
 * Finds the differences between a memory and an image: the base image with decoded layers on top.
 *
 * @param ranges all pages in which the memory may differ from the base image
 * @param wasmPages the delta's length, pages of 64 KiB
 * @throws ImageError `written-beyond` if bytes beyond `wasmPages` differ
 */
export function comparePages(
  memory: Buffer,
  ranges: PageRanges,
  base: Buffer,
  layers: LayerPages,
  wasmPages: number,
): Delta {
  const { bounds, count } = ranges;
  const { pages, data } = layers;
  writer.clear();
  let next = 0;
  const addLayerPagesUpTo = (last: number) => {
    for (; next < pages.length && pages[next]! <= last; next++) {
      writer.addPage(pages[next]!, memory, pages[next]! * PAGE_BYTES, data, next * PAGE_BYTES);
    }
  };
  for (let range = 0; range < count; range++) {
    const end = bounds[range * 2 + 1]!;
    for (let page = bounds[range * 2]!; page < end; page++) {
      const before = next;
      addLayerPagesUpTo(page);
      if (next > before && pages[next - 1] === page) continue;
      const at = page * PAGE_BYTES;
      if (at < base.length) writer.addPage(page, memory, at, base, at);
      else writer.addPage(page, memory, at, ZERO_PAGE, 0);
    }
  }
  addLayerPagesUpTo(Number.POSITIVE_INFINITY);
  if (writer.endPage > wasmPages * PAGES_PER_WASM_PAGE) {
    throw new ImageError("written-beyond", `memory was written beyond the program's ${wasmPages} pages of 64 KiB`);
  }
  return writer.finish(wasmPages);
}
