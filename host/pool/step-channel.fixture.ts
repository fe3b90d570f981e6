/** A worker for the tests of the rings: it serves them with a program that does what a request's URI says. */
import { parentPort, workerData } from "node:worker_threads";
import type { ServeTask } from "../protocol/step-messages.ts";
import { BEGIN } from "../rings/frame-kinds.ts";
import { RingWriter } from "../rings/ring-writer.ts";
import type { RunnableStep, StepEnd } from "../worker/step.ts";
import { StepLoop } from "../worker/step-loop.ts";

const task = workerData as ServeTask;

/** Microtasks of earlier steps that have run. */
let microtasks = 0;
/** Steps that have run. */
let runs = 0;

function run({ input, code }: RunnableStep): StepEnd {
  runs++;
  if (input.kind !== "start") return ended({ tag: "done" });
  const { uri, headers, body } = input.request;
  if (uri === "queue") {
    const status = microtasks;
    queueMicrotask(() => microtasks++);
    return ended({ tag: "response", response: { status, headers, body } });
  }
  if (uri === "runs") return ended({ tag: "response", response: { status: runs, headers, body } });
  if (uri === "code") {
    const status = code instanceof WebAssembly.Module ? 200 : 404;
    return ended({ tag: "response", response: { status, headers, body } });
  }
  if (uri === "throw") throw new Error("the slot is broken");
  if (uri === "die") process.exit(3);
  if (uri === "die while writing") {
    const writer = new RingWriter(task.rings.answers);
    writer.memory.bytes.fill(0xff, writer.reserve(BEGIN, 1, 1_000) + 64);
    process.exit(3);
  }
  const context = { delta: new Uint8Array(body), globals: [], pages: 1, nextOperation: 2 };
  if (uri === "wait") return { ...ended({ tag: "pending", context }), timers: [{ operation: 1, ms: 5 }] };
  return ended({ tag: "response", response: { status: 200, headers, body } });
}

function ended(outcome: StepEnd["outcome"]): StepEnd {
  const nothing = { timers: [], calls: [], cancelled: [], logs: [], logsDropped: 0, reads: 0 };
  return { outcome, ...nothing, cpuMs: 1, switchUs: 2, stepUs: 3 };
}

parentPort!.postMessage("ready");
await new StepLoop(task, run).serve();
