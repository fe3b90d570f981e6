/** The monotonic clock of a program with everything inside, and waiting for it: its stack is suspended meanwhile. */
import type { StaticHostCalls } from "./types.ts";

/** `setTimeout` takes no more: 2^31 - 1 ms, 24.8 days. A longer wait is several sleeps. */
const LONGEST_SLEEP_MS = 0x7fffffff;

/** Nanoseconds on the monotonic clock. */
export function monotonicNs(calls: Pick<StaticHostCalls, "monotonic">): bigint {
  return BigInt(Math.round(calls.monotonic() * 1e6));
}

/** @param deadline on the monotonic clock, ns */
export async function sleepUntil(calls: Pick<StaticHostCalls, "monotonic" | "sleep">, deadline: bigint): Promise<void> {
  for (;;) {
    const left = deadline - monotonicNs(calls);
    if (left <= 0n) return;
    const ms = left / 1_000_000n;
    await calls.sleep(ms >= LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : Number(ms) + 1);
  }
}
