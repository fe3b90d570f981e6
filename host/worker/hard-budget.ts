/**
 * The wall time after which the watchdog ends the worker of a step, ms. The guest is stopped by its CPU time wherever that is
 * looked at. The watchdog is for code that runs between two looks, and it must not fire on a machine that is merely busy:
 * so a step may take twice its CPU time, and at least `graceMs` more.
 */
export function hardBudgetMs(cpuMs: number, graceMs: number): number {
  return Math.ceil(Math.max(cpuMs * 2, cpuMs + graceMs));
}
