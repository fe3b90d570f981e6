/** Thrown where the engine or the adapter could not get memory. */
export class OutOfMemory extends RangeError {
  constructor() {
    super("out of memory");
  }
}
