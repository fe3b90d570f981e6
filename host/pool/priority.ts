/**
 * Priorities of threads that run tenants' code.
 *
 * - usual: the priority of the process.
 * - reduced: beside a busy thread of usual priority, the thread gets half of what that thread gets.
 * - low: the thread has run a long step. Beside a busy thread of usual priority it gets a thirtieth of a processor. So a
 *   dozen of them together do not keep short steps from running, and honest long work beside other processes comes to its
 *   end.
 */
export type Priority = "usual" | "reduced" | "low";

/** Linux's number for each. */
export const NICENESS = { usual: 0, reduced: 3, low: 15 } as const satisfies Record<Priority, number>;
