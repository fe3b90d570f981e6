/** The monotonic clock of a program with everything inside, and waits, which suspend the program's stack. */
import type { Pending } from "./pending.ts";
import type { StaticHostCalls } from "./types.ts";

/** The longest time of `setTimeout`: 24.8 days. A longer wait is several sleeps. */
const LONGEST_SLEEP_MS = 0x7fffffff;

/** Nanoseconds on the monotonic clock. */
export function monotonicNs(calls: Pick<StaticHostCalls, "monotonic">): bigint {
  return BigInt(Math.round(calls.monotonic() * 1e6));
}

/** @param deadline a time of the monotonic clock, ns */
export async function sleepUntil(calls: Pick<StaticHostCalls, "monotonic" | "sleep">, deadline: bigint): Promise<void> {
  for (;;) {
    if (monotonicNs(calls) >= deadline) return;
    await calls.sleep(msUntil(calls, deadline));
  }
}

/** Something that a program may wait for. */
interface Awaitable {
  /** A time of the monotonic clock, ns, or work of the host. */
  readonly awaited: bigint | Pending<unknown>;
  ready(): boolean;
}

/** Waits until at least one is ready. */
export async function untilAny(calls: StaticHostCalls, awaitables: readonly Awaitable[]): Promise<void> {
  const times = awaitables.flatMap(({ awaited }) => (typeof awaited === "bigint" ? [awaited] : []));
  const works = awaitables.flatMap(({ awaited }) => (typeof awaited === "bigint" ? [] : [awaited.over]));
  const earliest = times.reduce<bigint | null>((first, time) => (first === null || time < first ? time : first), null);
  if (works.length === 0) return sleepUntil(calls, earliest!);
  while (!awaitables.some((awaitable) => awaitable.ready())) {
    await calls.until(async (signal) => {
      const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => wake(), { once: true });
      const timer = earliest === null ? undefined : setTimeout(wake, msUntil(calls, earliest));
      await Promise.race([woken, ...works]);
      clearTimeout(timer);
    });
  }
}

function msUntil(calls: Pick<StaticHostCalls, "monotonic">, time: bigint): number {
  const ms = (time - monotonicNs(calls)) / 1_000_000n;
  return ms >= LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : Number(ms) + 1;
}
