/** What Linux lets a process do with its own threads from outside of them: read their CPU clocks, lower their priority. */
import { requireQuietly } from "../memory/ffi.ts";

/** linux/resource.h: `setpriority` of one thread takes the thread's number where a process's would stand. */
const PRIO_PROCESS = 0;
/**
 * linux/time.h and kernel/time/posix-cpu-timers.c: a thread's CPU clock is named by its number, turned over and shifted.
 */
const CPUCLOCK_PERTHREAD = 4;
const CPUCLOCK_SCHED = 2;

export interface ThreadControl {
  /** Linux's number of the calling thread. */
  ownNumber(): number;

  /** CPU time that a thread has used since it began, ms; null where there is no such thread any more. */
  cpuMs(thread: number): number | null;

  /**
   * Sets a thread's niceness. Going down in priority needs no rights; coming back does (CAP_SYS_NICE or RLIMIT_NICE).
   *
   * @param niceness 0 (as any other) to 19 (gets what nobody else wants)
   * @returns whether it was done
   */
  setNiceness(thread: number, niceness: number): boolean;
}

let loaded: ThreadControl | null | undefined;

/** @returns null where the system is not Linux, or its C library cannot be called */
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
  // struct timespec of a 64-bit system: seconds, nanoseconds. Its buffer stays where it is as long as it is referred to.
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
