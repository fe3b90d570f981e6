/**
 * Entry of a worker thread in the slot pool (piscina). The thread sets its own priority before it loads the rest, so that
 * the start of a thread, which takes most of its CPU time for loading, does not hold up threads of a higher priority.
 */
import { workerData } from "node:worker_threads";
import { givePriority } from "../threads/priority.ts";
import { threadControl } from "../threads/thread-control.ts";
import type { SlotWorkerData } from "./slot-worker.ts";

const control = threadControl();
if (control !== null) givePriority(control, control.ownNumber(), (workerData as SlotWorkerData).priority);

export default (await import("./slot-worker.ts")).default;
