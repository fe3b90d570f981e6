/** Control of single threads from outside, on Linux: a process reads their CPU clocks and lowers their priority. */
import { requireQuietly } from "../memory/ffi.ts";

/** linux/resource.h: `setpriority` takes a thread's number in the place of a process's. */
const PRIO_PROCESS = 0;
/**
 * linux/time.h, kernel/time/posix-cpu-timers.c: the name of a thread's CPU clock is the thread's number, inverted and
 * shifted.
 */
const CPUCLOCK_PERTHREAD = 4;
const CPUCLOCK_SCHED = 2;

export interface ThreadControl {
  /** Linux's number of the calling thread. */
  ownNumber(): number;

  /** CPU time that a thread has used since it began, ms; null if the thread has ended. */
  cpuMs(thread: number): number | null;

  /**
   * Sets a thread's niceness. To lower the priority needs no rights, but to raise it does (CAP_SYS_NICE or RLIMIT_NICE).
   *
   * @param niceness 0 (the usual priority) to 19 (the thread gets what no other wants)
   * @returns whether the niceness was set
   */
  setNiceness(thread: number, niceness: number): boolean;
}

let loaded: ThreadControl | null | undefined;

/** @returns null if the system is not Linux or its C library cannot be called */
export function threadControl(): ThreadControl | null {
  if (loaded === undefined) {
    try {
      loaded = process.platform === "linux" ? bind() : null;
    } catch {
      loaded = null;
    }
  }
  return loaded;
}

function bind(): ThreadControl {
  const ffi = requireQuietly();
  const { functions } = ffi.dlopen(null, {
    gettid: { arguments: [], return: "i32" },
    setpriority: { arguments: ["i32", "u32", "i32"], return: "i32" },
    clock_gettime: { arguments: ["i32", "u64"], return: "i32" },
  });
  // struct timespec of a 64-bit system: seconds, nanoseconds. The buffer does not move while it is referred to.
  const timespec = new BigInt64Array(2);
  const address = ffi.getRawPointer(timespec.buffer);
  return {
    ownNumber: () => functions.gettid(),
    cpuMs(thread) {
      const clock = (~thread << 3) | CPUCLOCK_PERTHREAD | CPUCLOCK_SCHED;
      if (functions.clock_gettime(clock, address) !== 0) return null;
      return Number(timespec[0]) * 1e3 + Number(timespec[1]) / 1e6;
    },
    setNiceness: (thread, niceness) => functions.setpriority(PRIO_PROCESS, thread, niceness) === 0,
  };
}
