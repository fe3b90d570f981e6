/** Entry of the threads in lone-thread.test.ts. It does what its task says, and fails at its start if it is told to. */
import { setTimeout as sleep } from "node:timers/promises";
import { threadId, workerData } from "node:worker_threads";

/** How the start of the thread ends. */
export interface StartUp {
  readonly start: "well" | "throw" | "exit";
}

export type Task =
  | { readonly kind: "thread" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "throw" | "exit" | "fill-heap" }
  /** Answers, and then ends the thread with an error. */
  | { readonly kind: "fail-later" };

const { start } = workerData as StartUp;
if (start === "throw") throw new TypeError("the thread's start has failed");
if (start === "exit") process.exit(3);

/** @returns the number of the thread */
export default async function run(task: Task): Promise<number> {
  switch (task.kind) {
    case "thread":
      break;
    case "wait":
      await sleep(task.ms);
      break;
    case "throw":
      throw new RangeError("the call has failed");
    case "exit":
      process.exit(7);
      break;
    case "fill-heap":
      for (const kept: unknown[] = []; ; ) kept.push(new Array(10_000).fill({}));
    case "fail-later":
      // An error right behind the answer can overtake it on a busy machine, and would then belong to the call.
      setTimeout(() => {
        throw new Error("after the answer");
      }, 200);
      break;
  }
  return threadId;
}
