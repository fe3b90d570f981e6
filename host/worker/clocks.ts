import { StepCpu } from "./step-cpu.ts";

/** The clocks that a guest sees and is measured by. Tests bring their own instead of the machine's. */
export interface Clocks {
  /** ms since 1970-01-01 UTC. */
  now(): number;
  /** Nanoseconds since a moment that all threads share, since a request may go on in another thread. */
  monotonicNs(): bigint;
  /** The CPU time of the calling thread's steps. Its slots share it, for they run one step at a time. */
  readonly stepCpu: Pick<StepCpu, "begin" | "usedMs" | "end">;
}

/** CPU time of the calling thread in user and system mode, ms. Some kernels count it in ticks of 1 to 4 ms. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export const machineClocks = {
  now: () => Date.now(),
  // performance.now() would not do: each thread counts from its own origin.
  monotonicNs: () => process.hrtime.bigint(),
  threadCpuMs,
  stepCpu: new StepCpu(threadCpuMs),
} satisfies Clocks & { threadCpuMs(): number };
