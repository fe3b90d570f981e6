import { expect, test } from "vitest";
import type { StartUp, Task } from "./lone-thread.fixture.ts";
import { LoneThread } from "./lone-thread.ts";

const entry = new URL("./lone-thread.fixture.ts", import.meta.url);

function open(start: StartUp["start"] = "well", { idleMs = 60_000, faults = [] as unknown[] } = {}) {
  const workerData: StartUp = { start };
  return new LoneThread<Task, number>(entry, {
    idleMs,
    heapMb: 32,
    workerData,
    onFault: (error) => faults.push(error),
  });
}

test("calls go to one thread, in their order, and the first of them starts it", async () => {
  await using thread = open();
  expect(thread.threads).toEqual([]);
  const order: string[] = [];
  const calls = [
    thread.call({ kind: "wait", ms: 20 }).finally(() => order.push("slow")),
    thread.call({ kind: "thread" }).finally(() => order.push("quick")),
  ];
  const [slow, quick] = await Promise.all(calls);
  expect(order).toEqual(["slow", "quick"]);
  expect(quick).toBe(slow);
  expect(thread.threads.map(({ threadId }) => threadId)).toEqual([slow]);
});

test("a call's error is handed on as it is, and the thread goes on", async () => {
  await using thread = open();
  const before = await thread.call({ kind: "thread" });
  await expect(thread.call({ kind: "throw" })).rejects.toThrow(new RangeError("the call has failed"));
  expect(await thread.call({ kind: "thread" })).toBe(before);
});

test.each([
  ["exits", "exit", /^worker exited with code: 7$/],
  ["fills its heap", "fill-heap", /memory limit/],
] as const)("a thread that %s fails the call that it has; those that wait get another", async (_, kind, message) => {
  const faults: unknown[] = [];
  await using thread = open("well", { faults });
  const first = thread.call({ kind: "thread" });
  const lost = thread.call({ kind });
  const next = thread.call({ kind: "thread" });
  await expect(lost).rejects.toThrow(message);
  expect(await next).not.toBe(await first);
  expect(faults).toEqual([]);
});

test.each([
  ["throws", "throw", /^the thread's start has failed$/],
  ["exits", "exit", /^the thread ended before it had started$/],
] as const)(
  "where a thread %s when it starts, each call fails of that, and none waits for ever",
  async (_, start, message) => {
    const faults: unknown[] = [];
    await using thread = open(start, { faults });
    const calls = [thread.call({ kind: "thread" }), thread.call({ kind: "thread" })];
    for (const call of calls) await expect(call).rejects.toThrow(message);
    await expect(thread.call({ kind: "thread" })).rejects.toThrow(message);
    expect(faults).toEqual([]);
  },
);

test("an error between two calls is told, and the next call gets another thread", async () => {
  const faults: unknown[] = [];
  await using thread = open("well", { faults });
  const first = await thread.call({ kind: "fail-later" });
  await expect.poll(() => faults.length).toBe(1);
  expect(String(faults[0])).toBe("Error: after the answer");
  expect(await thread.call({ kind: "thread" })).not.toBe(first);
});

test("an idle thread is ended, and the next call gets another", async () => {
  await using thread = open("well", { idleMs: 1 });
  const first = await thread.call({ kind: "thread" });
  await expect.poll(() => thread.threads).toEqual([]);
  expect(await thread.call({ kind: "thread" })).not.toBe(first);
});

test("when it is disposed of, calls under way are answered before", async () => {
  const thread = open();
  const calls = [thread.call({ kind: "wait", ms: 20 }), thread.call({ kind: "thread" })];
  await thread[Symbol.asyncDispose]();
  const [first, second] = await Promise.all(calls);
  expect(second).toBe(first);
  expect(thread.threads).toEqual([]);
  await expect(thread.call({ kind: "thread" })).rejects.toMatchObject({ code: "PLINTH_SHUTTING_DOWN" });
});

test("when it is ended, the call under way fails, and those that wait start no other thread", async () => {
  const thread = open();
  await thread.call({ kind: "thread" });
  const running = thread.call({ kind: "wait", ms: 60_000 });
  const waiting = thread.call({ kind: "thread" });
  const outcomes = Promise.allSettled([running, waiting]);
  await new Promise(setImmediate);
  await thread.end();
  expect(await outcomes).toMatchObject([
    { status: "rejected" },
    { status: "rejected", reason: { code: "PLINTH_SHUTTING_DOWN" } },
  ]);
  expect(thread.threads).toEqual([]);
});
