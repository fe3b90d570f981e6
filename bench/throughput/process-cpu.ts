/** CPU time of a process and of its threads, and its peak memory, as the kernel counts them. */
import { readdir, readFile, writeFile } from "node:fs/promises";

/** Microseconds of a clock tick. Linux shows user space 100 ticks a second on every architecture that Node runs on. */
const TICK_US = 10_000;

export interface CpuReading {
  /** CPU time of all threads, ended ones included, us. */
  readonly totalUs: number;
  readonly threads: ReadonlyMap<number, ThreadCpu>;
}

export interface ThreadCpu {
  readonly name: string;
  readonly us: number;
}

/** Reads a line of /proc/PID/stat. The name stands in parentheses and may have spaces and parentheses in it. */
export function parseStat(line: string): ThreadCpu {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  const fields = line.slice(close + 2).split(" ");
  // Fields 14 and 15 of proc(5), utime and stime; the first field after the name is number 3.
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (open < 0 || close < open || !Number.isInteger(user) || !Number.isInteger(system))
    throw new Error(`this is no line of /proc/PID/stat: ${line}`);
  return { name: line.slice(open + 1, close), us: (user + system) * TICK_US };
}

/** CPU time of several processes together. A server may consist of more than one. */
export async function readCpu(pids: readonly number[]): Promise<CpuReading> {
  let totalUs = 0;
  const threads = new Map<number, ThreadCpu>();
  for (const pid of pids) {
    totalUs += parseStat(await readFile(`/proc/${pid}/stat`, "utf8")).us;
    for (const thread of await readdir(`/proc/${pid}/task`)) {
      // A thread may end between the listing and the reading.
      const line = await readFile(`/proc/${pid}/task/${thread}/stat`, "utf8").catch(() => "");
      if (line === "") continue;
      const { name, us } = parseStat(line);
      threads.set(Number(thread), { name: Number(thread) === pid ? "main" : name, us });
    }
  }
  return { totalUs, threads };
}

/** CPU time between two readings by the threads' names, us. Threads of one name count together. */
export function cpuBetween(before: CpuReading, after: CpuReading): Record<string, number> {
  const byName: Record<string, number> = {};
  for (const [thread, { name, us }] of after.threads) {
    byName[name] = (byName[name] ?? 0) + us - (before.threads.get(thread)?.us ?? 0);
  }
  return byName;
}

/** Lets the peak memory count anew from now on. */
export async function resetPeak(pids: readonly number[]): Promise<void> {
  for (const pid of pids) await writeFile(`/proc/${pid}/clear_refs`, "5");
}

/** Peak of the resident memory (VmHWM) of all processes, bytes. */
export async function readPeak(pids: readonly number[]): Promise<number> {
  let bytes = 0;
  for (const pid of pids) bytes += parsePeak(await readFile(`/proc/${pid}/status`, "utf8"));
  return bytes;
}

export function parsePeak(status: string): number {
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  if (match === null) throw new Error("/proc/PID/status has no VmHWM");
  return Number(match[1]) * 1024;
}
