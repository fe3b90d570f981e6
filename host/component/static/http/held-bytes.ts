import { StaticComponentError } from "../errors.ts";

/** Bytes of bodies and fields that the host holds for one instance, outside of the component's own memory. */
export class HeldBytes {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws StaticComponentError "trap" if the instance holds too much, which ends its request */
  take(bytes: number): void {
    if (!this.tryTake(bytes)) {
      throw new StaticComponentError("trap", `bodies and fields of wasi:http hold more than ${this.#most} bytes`);
    }
  }

  /** @returns whether there was room */
  tryTake(bytes: number): boolean {
    if (this.#held + bytes > this.#most) return false;
    this.#held += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}
