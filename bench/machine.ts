/** The machine that a benchmark runs on, as its report says. */
import { arch, cpus, release, totalmem } from "node:os";

export interface Machine {
  cpus: number;
  model: string;
  memoryBytes: number;
  kernel: string;
  arch: string;
  node: string;
}

export function thisMachine(): Machine {
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? "",
    memoryBytes: totalmem(),
    kernel: release(),
    arch: arch(),
    node: process.version,
  };
}
