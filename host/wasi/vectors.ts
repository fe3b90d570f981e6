/** The argument of `fd_write`: a list of pieces of the program's memory (`ciovec_array`), an address and a length each. */
const VECTOR_BYTES = 8;

/**
 * @yields views of the memory
 * @throws RangeError if the list or a piece leads out of the memory
 */
export function* vectors(memory: ArrayBufferLike, list: number, count: number): Generator<Uint8Array> {
  const view = new DataView(memory);
  const end = (list >>> 0) + (count >>> 0) * VECTOR_BYTES;
  for (let at = list >>> 0; at < end; at += VECTOR_BYTES) {
    yield new Uint8Array(memory, view.getUint32(at, true), view.getUint32(at + 4, true));
  }
}
