import type { Clocks } from "./clocks.ts";

/** Clocks that a test moves. They can also move by a little each time that they are read. */
export class TestClocks implements Clocks {
  /** Since 1970-01-01 UTC, ns. */
  wallNs = 1_700_000_000_000_000_000n;
  monotonic = 5_000_000_000n;
  readonly #stepNs: bigint;
  #cpuMs = 0;

  /** @param stepNs step of both clocks at each reading, for programs that read a clock until time has passed */
  constructor(stepNs = 0n) {
    this.#stepNs = stepNs;
  }

  now(): number {
    this.skip(this.#stepNs);
    return Number(this.wallNs / 1_000_000n);
  }

  monotonicNs(): bigint {
    this.skip(this.#stepNs);
    return this.monotonic;
  }

  /** Each question costs the program a millisecond, so a limit of CPU time is a number of questions. */
  readonly stepCpu = {
    begin: (): void => {
      this.#cpuMs = 0;
    },
    usedMs: (): number => ++this.#cpuMs,
    end: (): number => this.#cpuMs,
  };

  skip(ns: bigint): void {
    this.wallNs += ns;
    this.monotonic += ns;
  }
}
