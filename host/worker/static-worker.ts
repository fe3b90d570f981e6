/**
 * Entry of a worker thread in the pool of static programs (piscina): components with everything inside, and WASI commands.
 * Requests overlap in it: while one waits with its stack suspended, the worker goes on with others.
 */
import { workerData } from "node:worker_threads";
import { WorkerBindings, type WorkerBindingsData } from "../bindings/worker-bindings.ts";
import type { StaticResult, StaticStep, WakeUp } from "../protocol/static-step.ts";
import { handleComponent, type StaticModules } from "./component-request.ts";
import { Heartbeat } from "./heartbeat.ts";
import { ProgramCache } from "./program-cache.ts";
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

export default async function handle(step: StaticStep | WakeUp): Promise<StaticResult | null> {
  if (step.kind === "wake-up") return null;
  return step.kind === "component"
    ? handleComponent(step, components, heartbeat, bindings)
    : handleWasi(step, wasiModules, heartbeat, bindings);
}
