import { once } from "node:events";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { SlotProgram, SlotStep, StepInput, StepResult } from "../protocol/slot-step.ts";
import { Doorbell } from "../rings/doorbell.ts";
import { type CodeOf, MOST_AHEAD, StepChannel } from "./step-channel.ts";

const program = { runtime: "test", limits: { cpuMs: 1 } } as SlotProgram;

/** Real threads that serve rings, with one bell for all. */
class Threads {
  readonly channels: StepChannel[] = [];
  readonly workers: Worker[] = [];
  /** Gives the programs' compiled functions. */
  codeOf: CodeOf = () => null;
  readonly #bell = new Doorbell(() => this.channels.map((channel) => channel.collect()).includes(true));

  static async start(count: number): Promise<Threads> {
    const threads = new Threads();
    for (let i = 0; i < count; i++) {
      const channel = new StepChannel(threads.#bell.buffer, (program) => threads.codeOf(program));
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

  /** Waits until the next answers may be there. */
  turn(): Promise<void> {
    this.#bell.expect();
    return new Promise((resolve) => setImmediate(resolve));
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

const ahead = fc.record({
  /** Bytes of the bodies of the steps behind the first one. */
  sizes: fc.array(fc.oneof(fc.nat(100), fc.nat(10_000)), { maxLength: 10 }),
  /** Turns of the event loop after which the steps that have not begun are taken back; null for never. */
  takeBack: fc.option(fc.nat(3)),
});

test("a step is run and answered once, or taken back and never run, whatever the threads race for", async () => {
  const threads = await Threads.start(1);
  const channel = threads.channels[0]!;
  // The worker knows the program from here on.
  await threads.run(0, stepOf("echo"));
  let expected = 1;
  for (const { sizes, takeBack } of fc.sample(fc.array(ahead, { minLength: 20 }), 20).flat()) {
    const answered: string[] = [];
    const take = (error: unknown, result: StepResult | null) => {
      if (result?.outcome.tag !== "response") throw new Error("no response", { cause: error });
      answered.push(result.outcome.response.headers[0]![1]);
    };
    channel.send(stepOf("echo", undefined, [["mark", "0"]]), take);
    const sent = ["0"];
    for (const [n, size] of sizes.entries()) {
      const mark = `${n + 1}`;
      if (channel.sendAhead(stepOf("echo", new Uint8Array(size), [["mark", mark]]), take)) sent.push(mark);
    }
    for (let turn = 0; turn < (takeBack ?? 0); turn++) await threads.turn();
    const before = answered.length;
    const isBack = takeBack !== null && before < sent.length && channel.takeBack();
    const left = isBack ? sent.slice(0, before + 1) : sent;
    while (answered.length < left.length) await threads.turn();
    expect(answered).toEqual(left);
    expected += left.length;
  }
  expect(await threads.run(0, stepOf("runs"))).toMatchObject({ outcome: { response: { status: expected + 1 } } });
});

test("only small steps of programs that the worker knows are sent ahead, and so many at once", async () => {
  const threads = await Threads.start(1);
  const channel = threads.channels[0]!;
  await threads.run(0, stepOf("echo"));
  const ends: unknown[] = [];
  const end = (...args: unknown[]) => ends.push(args);
  channel.send(stepOf("echo"), end);
  expect(channel.sendAhead({ ...stepOf("echo"), program: { ...program } }, end)).toBe(false);
  expect(channel.sendAhead({ ...stepOf("echo"), limits: { ...program.limits } }, end)).toBe(false);
  expect(channel.sendAhead(stepOf("echo", new Uint8Array(8_192)), end)).toBe(false);
  for (let n = 0; n < MOST_AHEAD; n++) expect(channel.sendAhead(stepOf("echo"), end)).toBe(true);
  expect(channel.sendAhead(stepOf("echo"), end)).toBe(false);
  while (ends.length < 1 + MOST_AHEAD) await threads.turn();
});

test.each(["die", "die while writing"])("a worker that is told to %s leaves no half answer", async (uri) => {
  const threads = await Threads.start(1);
  const ends: unknown[] = [];
  threads.channels[0]!.send(stepOf(uri), (...end) => ends.push(end));
  await once(threads.workers[0]!, "exit");
  expect(threads.channels[0]!.collect()).toBe(false);
  expect(ends).toEqual([]);
  threads.channels[0]!.lose("lost");
  expect(ends).toEqual([["lost", null]]);
});

test("of a dead worker's steps, the answered ones end well and the running one fails; the others do not end", async () => {
  const threads = await Threads.start(1);
  const channel = threads.channels[0]!;
  await threads.run(0, stepOf("echo"));
  const ends: unknown[] = [];
  for (const [n, uri] of ["echo", "echo", "die while writing", "echo", "echo"].entries()) {
    const end = (error: unknown, result: StepResult | null) => ends.push([n, result?.outcome.tag ?? error]);
    if (n === 0) channel.send(stepOf(uri), end);
    else expect(channel.sendAhead(stepOf(uri), end)).toBe(true);
  }
  await once(threads.workers[0]!, "exit");
  channel.collect();
  channel.lose("lost");
  expect(ends).toEqual([
    [0, "response"],
    [1, "response"],
    [2, "lost"],
  ]);
  expect(channel.collect()).toBe(false);
});

test("a worker is told a program's code with the program, and again once it has forgotten it", async () => {
  const threads = await Threads.start(1);
  const module = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  const asked: SlotProgram[] = [];
  threads.codeOf = (of) => {
    asked.push(of);
    return asked.length === 1 ? null : module;
  };
  const hasCode = async () => {
    const { outcome } = await threads.run(0, stepOf("code"));
    return outcome.tag === "response" ? outcome.response.status : null;
  };
  expect([await hasCode(), await hasCode()]).toEqual([404, 404]);
  threads.channels[0]!.forget(() => true);
  threads.channels[0]!.forget(() => true);
  expect([await hasCode(), await hasCode()]).toEqual([200, 200]);
  // A worker that is at work forgets before its next step.
  const running = hasCode();
  threads.channels[0]!.forget((of) => of === program);
  expect([await running, await hasCode()]).toEqual([200, 200]);
  expect(asked).toEqual([program, program, program]);
});
