/** Entry of the threads of writer.test.ts that read without end. */
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { KvReader } from "./reader.ts";

const { file, namespace, keys } = workerData as { file: string; namespace: string; keys: string[] };
const reader = new KvReader(file);
parentPort!.postMessage("ready");
for (;;) {
  for (let n = 0; n < 100; n++) reader.getMany(namespace, keys);
  await setImmediate();
}
