/** What a process costs in memory, from the kernel. */
import { readFile } from "node:fs/promises";

/**
 * Private dirty bytes plus the process's share of pages that it shares with others (Pss without its private part): what
 * the machine would have more of, were the process not there. Private clean pages (program files) can be dropped.
 *
 * Source: Linux, Documentation/filesystems/proc.rst, smaps_rollup.
 */
async function processMemory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (name: string): number => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text);
    if (match === null) throw new Error(`smaps_rollup has no ${name}`);
    return Number(match[1]) * 1024;
  };
  const privateDirty = field("Private_Dirty");
  return privateDirty + (field("Pss") - privateDirty - field("Private_Clean"));
}

/** Two readings in a row that differ by no more than this share stand still. */
export const STILL = 0.002;

/** Waits until the figure stands still (garbage collection, lazily freed pages), and gives it. */
export async function settledMemory(pid: number): Promise<number> {
  let last = await processMemory(pid);
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = await processMemory(pid);
    if (i > 3 && Math.abs(now - last) <= last * STILL) return now;
    last = now;
  }
  return last;
}
