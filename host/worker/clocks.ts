/** The clocks that a guest is shown and measured by. Tests put their own in the place of the machine's. */
export interface Clocks {
  /** ms since 1970-01-01 UTC. */
  now(): number;
  /** Nanoseconds since a moment that is the same in all threads: a request may go on in another one. */
  monotonicNs(): bigint;
  /** CPU time of the calling thread, user's and system's, ms. Some kernels count it in ticks of 1 to 4 ms. */
  threadCpuMs(): number;
}

export const machineClocks: Clocks = {
  now: () => Date.now(),
  // performance.now() counts from an origin of its own in each thread.
  monotonicNs: () => process.hrtime.bigint(),
  threadCpuMs: () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
};
