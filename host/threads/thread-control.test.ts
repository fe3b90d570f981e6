import { once } from "node:events";
import { getPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { threadControl } from "./thread-control.ts";

const control = threadControl();
const onLinux = test.skipIf(process.platform !== "linux");

/** A thread that tells its number and then computes for ever. */
async function spinner(): Promise<{ worker: Worker; thread: number }> {
  const module = JSON.stringify(new URL("./thread-control.ts", import.meta.url).href);
  const worker = new Worker(
    `import(${module}).then(({ threadControl }) => {
      require("node:worker_threads").parentPort.postMessage(threadControl().ownNumber());
      for (;;);
    });`,
    { eval: true },
  );
  const [thread] = await once(worker, "message");
  return { worker, thread };
}

onLinux("a thread's CPU clock is read from outside, also while it never yields", async () => {
  const { worker, thread } = await spinner();
  try {
    const first = control!.cpuMs(thread)!;
    // The clock belongs to the thread. On a busy machine it goes on later, but it goes on.
    await expect.poll(() => control!.cpuMs(thread)! - first).toBeGreaterThan(20);
    expect(control!.cpuMs(control!.ownNumber())).toBeGreaterThan(0);
  } finally {
    await worker.terminate();
  }
  await expect.poll(() => control!.cpuMs(thread)).toBeNull();
});

onLinux("a thread gets short turns, and keeps its priority", async () => {
  const { worker, thread } = await spinner();
  try {
    expect(control!.setNiceness(thread, 7)).toBe(true);
    expect(control!.setTurn(thread, 0.1)).toBe(true);
    expect(getPriority(thread)).toBe(7);
    expect(control!.setTurn(2 ** 31 - 1, 0.1)).toBe(false);
  } finally {
    await worker.terminate();
  }
});

onLinux("a thread's priority is lowered from outside, and that of no other", async () => {
  const { worker, thread } = await spinner();
  const { readFileSync } = await import("node:fs");
  // proc(5): the nineteenth field of stat is the niceness; the second is in brackets.
  const nicenessOf = (number: number) =>
    Number(readFileSync(`/proc/self/task/${number}/stat`, "utf8").split(") ")[1]!.split(" ")[16]);
  try {
    const own = nicenessOf(control!.ownNumber());
    expect(control!.setNiceness(thread, 19)).toBe(true);
    expect(nicenessOf(thread)).toBe(19);
    expect(nicenessOf(control!.ownNumber())).toBe(own);
  } finally {
    await worker.terminate();
  }
});
