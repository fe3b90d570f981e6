import { once } from "node:events";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { SlotProgram, SlotStep, StepInput, StepResult } from "../protocol/slot-step.ts";
import { Doorbell } from "../rings/doorbell.ts";
import { StepChannel } from "./step-channel.ts";

const program = { runtime: "test", limits: { cpuMs: 1 } } as SlotProgram;

/** Real threads that serve rings, with one bell for all. */
class Threads {
  readonly channels: StepChannel[] = [];
  readonly workers: Worker[] = [];
  readonly #bell = new Doorbell(() => this.channels.map((channel) => channel.collect()).includes(true));

  static async start(count: number): Promise<Threads> {
    const threads = new Threads();
    for (let i = 0; i < count; i++) {
      const channel = new StepChannel(threads.#bell.buffer);
      const { task } = channel;
      const file = new URL("./step-channel.fixture.ts", import.meta.url);
      const worker = new Worker(file, { workerData: task, transferList: [task.port] });
      threads.channels.push(channel);
      threads.workers.push(worker);
      await once(worker, "message");
    }
    onTestFinished(async () => {
      await Promise.all(threads.workers.map((worker) => worker.terminate()));
      for (const channel of threads.channels) channel.close();
    });
    return threads;
  }

  run(index: number, step: SlotStep): Promise<StepResult> {
    return new Promise((resolve, reject) => {
      this.channels[index]!.send(step, (error, result) => (result === null ? reject(error) : resolve(result)));
      this.#bell.expect();
    });
  }
}

function stepOf(uri: string, body = new Uint8Array(0), headers: [string, string][] = []): SlotStep {
  return { program, limits: program.limits, input: { kind: "start", request: { method: "GET", uri, headers, body } } };
}

test("answers are those of their own requests, over thousands of steps in several threads", async () => {
  const threads = await Threads.start(3);
  const random = fc.sample(fc.integer({ min: 0, max: 300_000 }), 60);
  await Promise.all(
    threads.channels.map(async (_, index) => {
      for (let n = 0; n < 2_000; n++) {
        const size = n % 50 === 0 ? random[(n / 50 + index * 20) % random.length]! : n % 100;
        const mark = `${index}-${n}`;
        const body = new Uint8Array(size).fill(n);
        const { outcome, cpuMs } = await threads.run(index, stepOf("echo", body, [["mark", mark]]));
        if (outcome.tag !== "response") throw new Error(outcome.tag);
        expect([outcome.response.headers, cpuMs]).toEqual([[["mark", mark]], 1]);
        expect(Buffer.compare(outcome.response.body, body)).toBe(0);
      }
    }),
  );
});

test("a waiting step's memory crosses, and so does the next step with it", async () => {
  const threads = await Threads.start(1);
  const { outcome, timers } = await threads.run(0, stepOf("wait", Buffer.from("memory")));
  if (outcome.tag !== "pending") throw new Error(outcome.tag);
  expect([Buffer.from(outcome.context.delta).toString(), timers]).toEqual(["memory", [{ operation: 1, ms: 5 }]]);
  const input: StepInput = { kind: "resume", events: [], context: outcome.context };
  expect(await threads.run(0, { program, limits: program.limits, input })).toMatchObject({ outcome: { tag: "done" } });
});

test("an error of a step comes back, and the thread goes on", async () => {
  const threads = await Threads.start(1);
  await expect(threads.run(0, stepOf("throw"))).rejects.toThrow("the slot is broken");
  expect(await threads.run(0, stepOf("echo"))).toMatchObject({ outcome: { tag: "response" } });
});

test("what a step puts into the microtask queue runs before the next step", async () => {
  const threads = await Threads.start(1);
  for (const status of [0, 1, 2]) {
    expect(await threads.run(0, stepOf("queue"))).toMatchObject({ outcome: { response: { status } } });
  }
});

test("a head too large for a frame, and names beyond ASCII, go another way", async () => {
  const threads = await Threads.start(1);
  const headers: [string, string][] = [["a", "b".repeat(100_000)]];
  expect(await threads.run(0, stepOf("echo", undefined, headers))).toMatchObject({
    outcome: { response: { headers } },
  });
});

test.each(["die", "die while writing"])("a worker that is told to %s leaves no half answer", async (uri) => {
  const threads = await Threads.start(1);
  const ends: unknown[] = [];
  threads.channels[0]!.send(stepOf(uri), (...end) => ends.push(end));
  await once(threads.workers[0]!, "exit");
  expect(threads.channels[0]!.collect()).toBe(false);
  expect(ends).toEqual([]);
});
