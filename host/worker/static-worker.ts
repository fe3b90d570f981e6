/**
 * Entry of a worker thread in the pool of static programs (piscina): components with everything inside, and WASI commands.
 * Requests overlap in it: while one waits with its stack suspended, the worker goes on with others.
 */
import { type MessagePort, workerData } from "node:worker_threads";
import { WorkerBindings, type WorkerBindingsData } from "../bindings/worker-bindings.ts";
import type {
  FromStaticWorker,
  StaticCompiled,
  StaticHello,
  StaticResult,
  StaticStep,
} from "../protocol/static-step.ts";
import { threadControl } from "../threads/thread-control.ts";
import { handleComponent, type StaticModules } from "./component-request.ts";
import { Heartbeat } from "./heartbeat.ts";
import { InstanceMemory } from "./instance-memory.ts";
import { ProgramCache } from "./program-cache.ts";
import { Turns } from "./turns.ts";
import { handleWasi } from "./wasi-request.ts";

export interface StaticWorkerData {
  heartbeat: SharedArrayBuffer;
  /** Programs of either kind (compiled modules) kept per worker. */
  programs: number;
  bindings: WorkerBindingsData;
}

const data = workerData as StaticWorkerData;
const heartbeat = new Heartbeat(data.heartbeat);
const bindings = await WorkerBindings.open(data.bindings);
const components = new ProgramCache<StaticModules>(data.programs);
const wasiModules = new ProgramCache<WebAssembly.Module>(data.programs);
/** The requests under way, by their numbers. */
const underWay = new Map<number, Turns>();
let toMain: MessagePort;

export default async function handle(step: StaticStep | StaticHello): Promise<StaticResult | number> {
  if (step.kind === "hello") return begin(step.port);
  using memory = new InstanceMemory();
  const { id } = step;
  const turns = new Turns(heartbeat, id, step.limits, (cpuMs) => {
    tell({ kind: "waits", step: id, cpuMs, memoryBytes: memory.bytes });
  });
  underWay.set(id, turns);
  try {
    return step.kind === "component"
      ? await handleComponent(step, components, bindings, { turns, memory, compiled })
      : await handleWasi(step, wasiModules, bindings, { turns, memory, compiled });
  } finally {
    underWay.delete(id);
  }
}

function compiled(program: Omit<StaticCompiled, "kind">): void {
  tell({ kind: "compiled", ...program });
}

function tell(message: FromStaticWorker): void {
  toMain.postMessage(message);
}

function begin(port: MessagePort): number {
  toMain = port;
  port.on("message", (step: number) => underWay.get(step)?.end());
  port.unref();
  return threadControl()?.ownNumber() ?? 0;
}
