import type { Clocks } from "./clocks.ts";

/** Clocks that go on only as far as a test puts them, or by a little with every look. */
export class TestClocks implements Clocks {
  /** Since 1970-01-01 UTC, ns. */
  wallNs = 1_700_000_000_000_000_000n;
  monotonic = 5_000_000_000n;
  readonly #stepNs: bigint;
  #cpuMs = 0;

  /** @param stepNs by which both clocks go on with every look: for programs that look until time has passed */
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

  /** Each look costs the program a millisecond: a limit of CPU time is a number of looks at it. */
  threadCpuMs(): number {
    return ++this.#cpuMs;
  }

  skip(ns: bigint): void {
    this.wallNs += ns;
    this.monotonic += ns;
  }
}
