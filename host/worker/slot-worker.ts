/** Entry of a worker thread in the slot pool (piscina). */
import { workerData } from "node:worker_threads";
import { WorkerBindings, type WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { collectGarbage, type MemoryStrategy } from "../memory/index.ts";
import type { SlotStep, StepResult } from "../protocol/slot-step.ts";
import { Artifacts } from "./artifacts.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { RuntimeHandle } from "./runtime-handle.ts";
import { Slots } from "./slots.ts";
import { runStep } from "./step.ts";

export interface SlotWorkerData {
  runtimes: RuntimeHandle[];
  slotsPerRuntime: number;
  memoryStrategy: MemoryStrategy;
  heartbeat: SharedArrayBuffer;
  bindings: WorkerBindingsData;
}

const data = workerData as SlotWorkerData;
const bindings = await WorkerBindings.open(data.bindings);
const slots = new Slots(data.runtimes, data.slotsPerRuntime, data.memoryStrategy, bindings);
const artifacts = new Artifacts();
const heartbeat = new Heartbeat(data.heartbeat);

collectGarbage();

export default async function step(task: SlotStep): Promise<StepResult> {
  heartbeat.begin(task.id, task.limits.hardMs);
  try {
    return await runStep(task, slots, artifacts, bindings);
  } finally {
    heartbeat.end();
  }
}
