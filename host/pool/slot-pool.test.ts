import { existsSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantLimitDefaults } from "../config/limits.ts";
import { TestTenants } from "../deploy/capture.fixture.ts";
import type { SlotStep, StepInput, StepResult } from "../protocol/slot-step.ts";
import { slotPoolOf } from "./pools.fixture.ts";
import type { SlotPool } from "./slot-pool.ts";
import type { SlotPoolOptions } from "./slot-pool-options.ts";
import { StepEnded } from "./step-failures.ts";
import { stepLimits } from "./step-limits.ts";
import type { SlimTarget } from "./target.ts";

let tenants: TestTenants;
/** A program that answers with the text of `say`. For /wait it waits for a timer first, and for /spin it never ends. */
let shop: SlimTarget;
let blog: SlimTarget;

const program = (name: string) => `
  let calls = 0;
  export default { async fetch(request) {
    const { pathname } = new URL(request.url);
    calls++;
    if (pathname === "/spin") for (;;) new Array(2 ** 28).indexOf(1);
    if (pathname === "/wait") await new Promise((resolve) => setTimeout(resolve, 60_000));
    return new Response("${name} " + calls);
  } };`;

beforeAll(async () => {
  tenants = await TestTenants.open();
  shop = await tenants.deploy("shop", program("shop"));
  blog = await tenants.deploy("blog", program("blog"));
});
afterAll(() => tenants[Symbol.asyncDispose]());

const startPool = (options: Partial<SlotPoolOptions> = {}): SlotPool => slotPoolOf(tenants, { spares: 1, ...options });

async function openPool(options: Partial<SlotPoolOptions> = {}): Promise<SlotPool & AsyncDisposable> {
  const pool = startPool(options);
  await pool.ready();
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.close() });
}

const start = (path: string): StepInput => ({
  kind: "start",
  request: { method: "GET", uri: `http://shop.example${path}`, headers: [], body: new Uint8Array(0) },
});

/** @param cpuMs CPU time that the pool lets the step take; the engine does not stop it before */
function stepOf({ runtime, image, glue }: SlimTarget, input: StepInput, cpuMs = 60_000): SlotStep {
  const limits = stepLimits({ ...tenantLimitDefaults, cpuMs });
  return { program: { runtime, image, glue, reuse: null, grants: null, limits }, limits, input };
}

function textOf({ outcome }: StepResult): string {
  if (outcome.tag !== "response") throw new Error(JSON.stringify(outcome));
  return Buffer.from(outcome.response.body).toString();
}

test("runs steps of tenants in turn in one slot, each with its own memory", async () => {
  await using pool = await openPool();
  const steps = [shop, blog, shop, blog].map((target) => pool.run(target.tenant, stepOf(target, start("/"))));
  expect((await Promise.all(steps)).map(textOf)).toEqual(["shop 1", "blog 1", "shop 1", "blog 1"]);
});

test("a request that waits is resumed with its own memory, after others have run in its slot", async () => {
  await using pool = await openPool();
  const { outcome, timers } = await pool.run("shop", stepOf(shop, start("/wait")));
  if (outcome.tag !== "pending") throw new Error(outcome.tag);
  expect(timers).toHaveLength(1);
  expect(textOf(await pool.run("blog", stepOf(blog, start("/"))))).toBe("blog 1");
  const events = [{ operation: timers[0]!.operation, outcome: { tag: "ok" as const } }];
  const resume: StepInput = { kind: "resume", context: outcome.context, events };
  expect(textOf(await pool.run("shop", stepOf(shop, resume)))).toBe("shop 1");
});

test("a step over its budget is ended; what waits behind it runs on the spare worker", async () => {
  await using pool = await openPool();
  const runaway = pool.run("shop", stepOf(shop, start("/spin"), 100));
  const waiting = pool.run("blog", stepOf(blog, start("/")));
  await expect(runaway).rejects.toThrow(StepEnded);
  expect(textOf(await waiting)).toBe("blog 1");
  // The lost worker is replaced each time.
  for (let loss = 0; loss < 9; loss++) {
    await expect(pool.run("shop", stepOf(shop, start("/spin"), 20))).rejects.toThrow(StepEnded);
  }
  await pool.ready();
  expect(textOf(await pool.run("blog", stepOf(blog, start("/"))))).toBe("blog 1");
});

test("where the queue is full, a request's first step is refused, and a later one is not", async () => {
  await using pool = await openPool({ queueLimit: 1 });
  const { outcome, timers } = await pool.run("shop", stepOf(shop, start("/wait")));
  if (outcome.tag !== "pending") throw new Error(outcome.tag);
  const running = pool.run("shop", stepOf(shop, start("/spin"), 300));
  const waiting = pool.run("blog", stepOf(blog, start("/")));
  const refused = pool.run("blog", stepOf(blog, start("/")));
  const events = [{ operation: timers[0]!.operation, outcome: { tag: "ok" as const } }];
  const resumed = pool.run("shop", stepOf(shop, { kind: "resume", context: outcome.context, events }));
  await expect(refused).rejects.toMatchObject({ code: "PLINTH_OVERLOADED" });
  await expect(running).rejects.toThrow(StepEnded);
  expect([textOf(await waiting), textOf(await resumed)]).toEqual(["blog 1", "shop 1"]);
});

test("a step that is given up leaves the queue, and its place is free", async () => {
  await using pool = await openPool({ queueLimit: 1 });
  const running = pool.run("shop", stepOf(shop, start("/spin"), 300));
  const owner = { stepEnded: () => expect.unreachable(), stepFailed: () => expect.unreachable() };
  pool.withdraw(pool.submit("blog", stepOf(blog, start("/")), owner));
  const next = pool.run("blog", stepOf(blog, start("/")));
  await expect(running).rejects.toThrow(StepEnded);
  expect(textOf(await next)).toBe("blog 1");
});

test("what was given to the thread of a long step runs on another thread, while the long step goes on", async () => {
  await using pool = await openPool({ workers: 2, queueLimit: 100 });
  // A thread is given steps ahead if it knows their program.
  const hello = stepOf(blog, start("/"));
  await Promise.all([1, 2, 3, 4].map(() => pool.run("blog", hello)));
  const endless = pool.run("shop", stepOf(shop, start("/spin")));
  const short = Array.from({ length: 40 }, () => pool.run("blog", hello));
  expect((await Promise.all(short)).map(textOf)).toEqual(short.map(() => "blog 1"));
  await Promise.all([pool.close(), expect(endless).rejects.toMatchObject({ code: "PLINTH_SHUTTING_DOWN" })]);
});

test("the loss of a thread costs the step that it ran, and none of those that it was given to run afterwards", async () => {
  await using pool = await openPool({ queueLimit: 100 });
  const hello = stepOf(blog, start("/"));
  const spin = stepOf(blog, start("/spin"), 20);
  const steps = Array.from({ length: 30 }, (_, n) => (n % 10 === 5 ? spin : hello));
  const ends = await Promise.allSettled(steps.map((step) => pool.run("blog", step)));
  for (const [n, end] of ends.entries()) {
    if (steps[n] === spin) expect(end).toMatchObject({ status: "rejected", reason: expect.any(StepEnded) });
    else expect(end.status === "fulfilled" && textOf(end.value)).toBe("blog 1");
  }
});

test("when it is closed, the step under way and those that wait are rejected, and none begins any more", async () => {
  const pool = await openPool();
  const running = pool.run("shop", stepOf(shop, start("/spin")));
  const waiting = pool.run("blog", stepOf(blog, start("/")));
  const outcomes = Promise.allSettled([running, waiting]);
  await pool.close();
  expect(await outcomes).toMatchObject([
    { status: "rejected", reason: { code: "PLINTH_SHUTTING_DOWN" } },
    { status: "rejected", reason: { code: "PLINTH_SHUTTING_DOWN" } },
  ]);
  await expect(pool.run("blog", stepOf(blog, start("/")))).rejects.toMatchObject({
    code: "PLINTH_SHUTTING_DOWN",
  });
});

const showsThreads = existsSync("/proc/self/task");
/** The numbers of this process's threads. */
const threadNumbers = () => readdirSync("/proc/self/task");

test.runIf(showsThreads)("when it is closed, no thread is left, and none that was starting", async () => {
  const before = threadNumbers();
  const pool = startPool({ workers: 2 });
  expect(threadNumbers().length).toBeGreaterThan(before.length);
  await pool.close();
  expect(threadNumbers().filter((number) => !before.includes(number))).toEqual([]);
});

test.runIf(showsThreads)("when it is closed, the successor of a thread that was ended is gone, too", async () => {
  const before = threadNumbers();
  const pool = await openPool();
  await expect(pool.run("shop", stepOf(shop, start("/spin"), 50))).rejects.toThrow(StepEnded);
  await pool.close();
  expect(threadNumbers().filter((number) => !before.includes(number))).toEqual([]);
});
