/** A process with a thread that V8 cannot end; ending.test.ts starts it. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { parse } from "@bytecodealliance/jco";
import { awaitEnd, endDespiteThreads, notEnded } from "./ending.ts";

const endless = await parse(`(module (import "test" "begins" (func $begins)) (memory 1024)
  (func (export "run") (call $begins) (loop $again
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 0x4000000)) (br $again))))`);
const worker = new Worker(
  `const { parentPort, workerData } = require("node:worker_threads");
   const test = { begins: () => parentPort.postMessage("begins") };
   new WebAssembly.Instance(new WebAssembly.Module(workerData), { test }).exports.run();`,
  { eval: true, workerData: endless },
);
await once(worker, "message");
await awaitEnd(worker.terminate());
console.log(notEnded());
await endDespiteThreads(7);
