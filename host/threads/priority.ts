/** Priorities of threads that run tenants' code. */
import { getPriority } from "node:os";
import type { ThreadControl } from "./thread-control.ts";

/**
 * - usual: the priority of the process.
 * - reduced: beside a busy thread of usual priority, the thread gets half of what that thread gets.
 * - low: the thread has run a long step. Beside a busy thread of usual priority it gets a thirtieth of a processor. So a
 *   dozen of them together do not keep short steps from running, and honest long work beside other processes comes to its
 *   end.
 */
export type Priority = "usual" | "reduced" | "low";

/** Linux's number for each: the niceness beyond the process's. */
const NICENESS = { usual: 0, reduced: 3, low: 15 } as const satisfies Record<Priority, number>;

/**
 * Length of a thread's turns, ms; 0: the system's. Threads begin with the short ones of the main thread. Those that may run
 * long have longer ones, so that the others come before them.
 */
const TURN_MS = { usual: 0.1, reduced: 0, low: 0 } as const satisfies Record<Priority, number>;

/** Gives a thread a priority. @returns whether the system has taken it: to raise a priority, the process needs rights */
export function givePriority(control: ThreadControl, thread: number, priority: Priority): boolean {
  if (!control.setNiceness(thread, niceness(NICENESS[priority]))) return false;
  control.setTurn(thread, TURN_MS[priority]);
  return true;
}

/** @param beyond what is added to the niceness of the process's main thread @returns a niceness of at most 19 */
export function niceness(beyond: number): number {
  return Math.min(19, getPriority(process.pid) + beyond);
}
