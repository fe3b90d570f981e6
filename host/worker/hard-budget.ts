/**
 * The wall time, ms, after which the watchdog ends a step's worker, on a machine where CPU times cannot be read. The
 * engine polls a guest's CPU time and stops it. The watchdog is for code that runs long between two polls. It must not
 * fire because the machine is busy, so a step may take twice its CPU time, and at least `graceMs` more.
 */
export function hardBudgetMs(cpuMs: number, graceMs: number): number {
  return Math.ceil(Math.max(cpuMs * 2, cpuMs + graceMs));
}
