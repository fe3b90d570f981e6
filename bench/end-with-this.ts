import type { ChildProcess } from "node:child_process";

const children = new Set<ChildProcess>();
let listens = false;

/** Ends a child when a signal ends this process. Without it, a benchmark that is broken off leaves its servers behind. */
export function endWithThis(child: ChildProcess): void {
  if (!listens) for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, endAll);
  listens = true;
  children.add(child);
  child.once("exit", () => children.delete(child));
}

function endAll(signal: NodeJS.Signals): void {
  for (const child of children) child.kill("SIGTERM");
  process.kill(process.pid, signal);
}
