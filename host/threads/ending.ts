/**
 * Threads that were told to end. The deploy makes sure that tenants' code can be ended (component/write/endable.ts). A
 * thread that still cannot be ended must not keep the process from its end.
 */
import { setTimeout as delay } from "node:timers/promises";
import { requireQuietly } from "../memory/ffi.ts";

/** Time that a shutdown waits for threads that do not end, ms. */
const END_MS = 2_000;
/** Time for the host's log to be written, ms. It is twice the age that a block of the log can reach. */
const LOG_MS = 200;

const ending = new Set<Promise<unknown>>();

/** Number of threads, or pools of them, that `awaitEnd` was told of and that have not ended. */
export function notEnded(): number {
  return ending.size;
}

/** Waits for the end of threads up to a limit. @param end resolves when they have ended */
export async function awaitEnd(end: Promise<unknown>): Promise<void> {
  ending.add(end);
  const ended = end.finally(() => ending.delete(end));
  const timeout = new AbortController();
  try {
    await Promise.race([ended, delay(END_MS, undefined, { signal: timeout.signal }).catch(() => {})]);
  } finally {
    timeout.abort();
  }
}

/**
 * Ends the process if there are threads that have not ended: Node waits for them before it exits. Otherwise nothing
 * happens, and the process ends by itself.
 */
export async function endDespiteThreads(exitCode: number): Promise<void> {
  if (notEnded() === 0) return;
  await delay(LOG_MS);
  try {
    requireQuietly()
      .dlopen(null, { _exit: { arguments: ["i32"], return: "void" } })
      .functions._exit(exitCode);
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}
