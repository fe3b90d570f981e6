import { monotonicNs } from "../component/static/waiting.ts";
import { CLOCK } from "./preview1.ts";
import type { WasiCalls } from "./types.ts";

/** The time of a clock of preview 1, ns; undefined if there is no such clock. Both CPU clocks count from the start. */
export function clockNs(
  id: number,
  calls: Pick<WasiCalls, "now" | "monotonic">,
  startedNs: bigint,
): bigint | undefined {
  switch (id) {
    case CLOCK.realtime:
      return BigInt(Math.round(calls.now() * 1_000)) * 1_000n;
    case CLOCK.monotonic:
      return monotonicNs(calls);
    case CLOCK.processCpuTime:
    case CLOCK.threadCpuTime:
      return monotonicNs(calls) - startedNs;
    default:
      return undefined;
  }
}
