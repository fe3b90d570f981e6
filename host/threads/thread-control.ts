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
/** asm/unistd.h: the C library has no function for this call. */
const SCHED_SETATTR = { x64: 314, arm64: 274 } as Partial<Record<NodeJS.Architecture, number>>;
/** linux/sched/types.h: bytes of `struct sched_attr`, and of its fields those that are not 0. */
const SCHED_ATTR = { bytes: 56, size: 0, nice: 16, runtime: 24 };

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

  /**
   * Asks the scheduler for short turns: a thread that wakes up for a short piece of work comes before threads with longer
   * turns, and its share of the CPU stays what it is. It needs no rights. Linux heeds it from version 6.12 on.
   *
   * @param ms 0.1 to 100, or 0 for the turns that threads usually have. A thread begins with those of its creator
   * @returns whether the system has taken it
   */
  setTurn(thread: number, ms: number): boolean;
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
    getpriority: { arguments: ["i32", "u32"], return: "i32" },
    setpriority: { arguments: ["i32", "u32", "i32"], return: "i32" },
    clock_gettime: { arguments: ["i32", "u64"], return: "i32" },
    syscall: { arguments: ["i64", "i64", "u64", "i64"], return: "i64" },
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
    setTurn(thread, ms) {
      const number = SCHED_SETATTR[process.arch];
      if (number === undefined) return false;
      const attributes = new DataView(new ArrayBuffer(SCHED_ATTR.bytes));
      attributes.setUint32(SCHED_ATTR.size, SCHED_ATTR.bytes, true);
      attributes.setInt32(SCHED_ATTR.nice, functions.getpriority(PRIO_PROCESS, thread), true);
      attributes.setBigUint64(SCHED_ATTR.runtime, BigInt(Math.round(ms * 1e6)), true);
      const at = ffi.getRawPointer(attributes.buffer);
      return functions.syscall(BigInt(number), BigInt(thread), at, 0n) === 0n;
    },
  };
}
