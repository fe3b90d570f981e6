/** The memory that a process costs, as the kernel reports it. */
import { readFile } from "node:fs/promises";

/**
 * Private dirty bytes plus the process's share of shared pages (Pss without its private part). The machine would have this
 * much more memory without the process. Private clean pages (program files) do not count, because the kernel can drop them.
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

/** The figure stands still if two readings in a row differ by no more than this share. */
export const STILL = 0.002;

/** Waits until the figure stands still and returns it. Garbage collection and lazily freed pages move it for a while. */
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
