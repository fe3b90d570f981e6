import { WasiError } from "./errors.ts";

/**
 * The bytes that a command writes to standard output, up to a limit. Many small writes cost no more than few large
 * ones.
 */
export class BoundedOutput {
  readonly #limit: number;
  #bytes = new Uint8Array(4_096);
  #length = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws WasiError "output-limit" */
  write(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#limit) {
      throw new WasiError("output-limit", `the command wrote more than ${this.#limit} bytes to standard output`);
    }
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(Math.max(end, this.#bytes.length * 2), this.#limit));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }

  /** A view of all that was written. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
