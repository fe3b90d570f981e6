/** Bytes that several bodies and Blobs have in common. Nobody writes them; a program gets copies. */
export class SharedBytes {
  readonly buffer: ArrayBuffer;

  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer;
  }
}
