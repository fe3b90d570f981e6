/**
 * The wall time after which the watchdog ends the worker of a step where it cannot read CPU times, ms. The engine polls a
 * guest's CPU time and stops it. The watchdog is for code that runs long between two polls. It must not fire because the
 * machine is busy, so a step may take twice its CPU time, and at least `graceMs` more.
 */
export function hardBudgetMs(cpuMs: number, graceMs: number): number {
  return Math.ceil(Math.max(cpuMs * 2, cpuMs + graceMs));
}
