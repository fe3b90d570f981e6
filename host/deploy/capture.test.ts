import { afterAll, beforeAll, expect, test } from "vitest";
import { openNothing } from "../bindings/worker-bindings.ts";
import { MIB } from "../config/limits.ts";
import { prepareLimits, TestTenants } from "./capture.fixture.ts";
import { captureTenant } from "./capture.ts";
import type { PrepareLimits } from "./prepared.ts";
import { StartFailure } from "./start-failure.ts";

let tenants: TestTenants;
beforeAll(async () => {
  tenants = await TestTenants.open();
});
afterAll(() => tenants[Symbol.asyncDispose]());

async function capture(topLevel: string, limits: Partial<PrepareLimits> = {}) {
  const linked = await tenants.link(`${topLevel}\nexport default () => new Response();`);
  const slot = tenants.slots.take(tenants.runtime);
  return captureTenant(slot, linked, { ...prepareLimits, ...limits }, { grants: openNothing, language: undefined });
}

async function failureOf(topLevel: string, limits: Partial<PrepareLimits> = {}): Promise<StartFailure> {
  const failure = await capture(topLevel, limits).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StartFailure);
  return failure as StartFailure;
}

test("equal programs give equal images, whatever has run in the slot before", async () => {
  const program = "const greeting = 'hello';";
  const before = await capture(program);
  await capture("globalThis.left = new Array(100_000).fill(7);");
  await failureOf("globalThis.left = 8; throw new Error('no');");
  const after = await capture(program);
  expect(Buffer.compare(after.delta, before.delta)).toBe(0);
  expect([after.pages, after.globals]).toEqual([before.pages, before.globals]);
  const another = await capture("if (globalThis.left !== undefined) throw new Error('left');");
  expect(Buffer.compare(another.delta, before.delta)).not.toBe(0);
});

test("an image is of the size that the program has come to need", async () => {
  const small = await capture("");
  const large = await capture(`globalThis.kept = new Uint8Array(${32 * MIB}).fill(7);`);
  expect(large.pages).toBeGreaterThan(small.pages);
});

test("what top-level code prints is kept, up to its limit", async () => {
  const { logs, logsDropped } = await capture(`console.log("one"); console.error("two");`);
  expect(logs).toMatchObject([
    { level: "info", message: "one" },
    { level: "error", message: "two" },
  ]);
  expect(logsDropped).toBe(0);
  const limited = await capture("for (let n = 0; n < 100; n++) console.log('line', n);", { logBytes: 500 });
  expect(limited.logs.length + limited.logsDropped).toBe(100);
  expect(limited.logsDropped).toBeGreaterThan(0);
});

test("where top-level code throws, the error says what, and the lines before it are there", async () => {
  const { error, logs } = await failureOf(`console.log("checking"); throw new RangeError("out of stock");`);
  expect(error).toMatchObject({
    code: "PLINTH_TENANT_START_FAILED",
    message: expect.stringContaining("RangeError: out of stock"),
  });
  expect(logs[0]).toMatchObject({ message: "checking" });
});

test("top-level code that never ends is stopped by its CPU time", async () => {
  const { error } = await failureOf("for (;;);", { startCpuMs: 50 });
  expect(error).toMatchObject({ code: "PLINTH_TENANT_START_LIMIT", message: expect.stringContaining("50 ms") });
});

test("top-level code that needs too much memory is told so", async () => {
  const { error } = await failureOf("const kept = []; for (;;) kept.push(new Array(10_000).fill({}));", {
    memoryBytes: 16 * MIB,
  });
  expect(error).toMatchObject({ code: "PLINTH_TENANT_START_LIMIT" });
});

test("a binding cannot be asked at start-up", async () => {
  const { error } = await failureOf(`await fetch("http://shop.example/");`);
  expect(error).toMatchObject({ code: "PLINTH_TENANT_START_FAILED" });
});

test("a start-up that writes beyond its memory fails, and the next one finds nothing of it", async () => {
  const linked = await tenants.link("export default () => new Response();");
  const slot = tenants.slots.take(tenants.runtime);
  const options = { grants: openNothing, language: undefined };
  const before = captureTenant(slot, linked, prepareLimits, options);
  const writing = {
    ...linked,
    instantiate(runtime: WebAssembly.Instance) {
      linked.instantiate(runtime);
      const memory = runtime.exports.memory as WebAssembly.Memory;
      // The memory has grown as it does for a program that needs more.
      memory.grow(16);
      new Uint8Array(memory.buffer).fill(7, -100);
    },
  };
  const failing = () => captureTenant(slot, writing, prepareLimits, options);
  expect(failing).toThrow(StartFailure);
  expect(failing).toThrow(/memory was written beyond the program's \d+ pages/);
  const after = captureTenant(slot, linked, prepareLimits, options);
  expect(Buffer.compare(after.delta, before.delta)).toBe(0);
});
