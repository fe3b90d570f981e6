/** Bytes that several bodies and Blobs share. Nobody writes to them; a program gets copies. */
export class SharedBytes {
  readonly buffer: ArrayBuffer;

  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer;
  }
}
