import { expect, test } from "vitest";
import type { Priority } from "../threads/priority.ts";
import { IdleThreads } from "./idle-threads.ts";
import type { SlotThread } from "./slot-thread.ts";

/** The sets look at a thread's priority alone. */
const thread = (priority: Priority) => ({ priority }) as SlotThread;

function idle(...priorities: Priority[]) {
  const threads = new IdleThreads();
  const all = priorities.map(thread);
  for (const one of all) threads.add(one);
  return { threads, all };
}

test.each([
  ["express", "usual"],
  ["fast", "reduced"],
  ["trial", "reduced"],
  ["slow", "low"],
] as const)("the %s lane takes a thread of %s priority", (lane, priority) => {
  const { threads } = idle("low", "reduced", "usual");
  expect(threads.take(lane, 0, false, undefined).priority).toBe(priority);
});

test("each lane but the slow one takes what there is, and leaves as many as it has to", () => {
  const { threads } = idle("usual", "low");
  expect(threads.has("trial", 0, false)).toBe(true);
  expect(threads.has("trial", 1, false)).toBe(false);
  expect(threads.take("trial", 0, false, undefined).priority).toBe("usual");
  expect(threads.has("express", 0, false)).toBe(false);
  expect(threads.has("slow", 1, false)).toBe(true);
});

test("while many threads are lost, trials take none of usual priority", () => {
  const { threads } = idle("usual", "usual", "reduced", "low");
  expect(threads.take("trial", 1, true, undefined).priority).toBe("reduced");
  expect(threads.take("trial", 1, true, undefined).priority).toBe("low");
  expect(threads.has("trial", 1, true)).toBe(false);
  expect(threads.has("express", 0, true)).toBe(true);
});

test("a program gets the thread that ran it last, unless the priority counts", () => {
  const { threads, all } = idle("usual", "reduced");
  expect(threads.take("express", 0, false, all[1])).toBe(all[1]);
  threads.add(all[1]!);
  expect(threads.take("express", 0, true, all[1])).toBe(all[0]);
});

test("threads are counted by what they are for, and come out lowest priority last", () => {
  const { threads } = idle("low", "usual", "reduced");
  expect([threads.size, threads.ready, threads.low]).toEqual([3, 2, 1]);
  expect([...threads].map(({ priority }) => priority)).toEqual(["reduced", "usual", "low"]);
  for (const one of [...threads]) threads.delete(one);
  expect(threads.size).toBe(0);
});
