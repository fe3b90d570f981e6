/** What a worker thread of the slot pool is and does, after slot-worker-entry.ts. */
import { workerData } from "node:worker_threads";
import { WorkerBindings, type WorkerBindingsData } from "../bindings/worker-bindings.ts";
import { collectGarbage, type MemoryStrategy } from "../memory/index.ts";
import type { ServeTask } from "../protocol/step-messages.ts";
import type { Priority } from "../threads/priority.ts";
import { threadControl } from "../threads/thread-control.ts";
import { Artifacts } from "./artifacts.ts";
import type { RuntimeHandle } from "./runtime-handle.ts";
import { Slots } from "./slots.ts";
import { runStep } from "./step.ts";
import { StepLoop } from "./step-loop.ts";

export interface SlotWorkerData {
  /** The thread's priority from its start on. */
  priority: Priority;
  runtimes: RuntimeHandle[];
  slotsPerRuntime: number;
  memoryStrategy: MemoryStrategy;
  bindings: WorkerBindingsData;
}

/** The first task: answered when the thread is ready, with Linux's number of it, or null if it has none. */
export interface Hello {
  kind: "hello";
}

const data = workerData as SlotWorkerData;
const bindings = await WorkerBindings.open(data.bindings);
const slots = new Slots(data.runtimes, data.slotsPerRuntime, data.memoryStrategy, bindings);
const artifacts = new Artifacts();

collectGarbage();

export default async function run(task: Hello | ServeTask): Promise<number | null> {
  if (task.kind === "hello") return threadControl()?.ownNumber() ?? null;
  return new StepLoop(task, (step, begins) => runStep(step, { slots, artifacts, bindings }, begins)).serve();
}
