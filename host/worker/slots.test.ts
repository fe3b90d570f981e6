import { afterAll, beforeAll, expect, test } from "vitest";
import { EarlyBindings } from "../bindings/worker-bindings.ts";
import { memoryStrategy, TestTenants } from "../deploy/capture.fixture.ts";
import { Slots } from "./slots.ts";

let tenants: TestTenants;
beforeAll(async () => {
  tenants = await TestTenants.open();
});
afterAll(() => tenants[Symbol.asyncDispose]());

const open = (perRuntime: number) =>
  new Slots([tenants.runtime.handle], perRuntime, memoryStrategy, new EarlyBindings([]));

test("a tenant gets the slot where it ran last; one that is new gets the one that was idle longest", () => {
  const slots = open(2);
  const { key } = tenants.runtime;
  const [a, b] = [slots.take(key, "a"), slots.take(key, "b")];
  expect(a).not.toBe(b);
  expect([slots.take(key, "a"), slots.take(key, "b"), slots.take(key, "a")]).toEqual([a, b, a]);
  expect(slots.take(key, "c")).toBe(b);
  expect(slots.take(key, "a")).toBe(a);
  // Another tenant has been in the slot meanwhile.
  expect(slots.take(key, "b")).toBe(b);
});

test("a slot that was thrown away is not given again, and another takes its place", () => {
  const slots = open(1);
  const { key } = tenants.runtime;
  const first = slots.take(key, "a");
  slots.discard(first);
  const second = slots.take(key, "a");
  expect(second).not.toBe(first);
  expect(slots.take(key, "b")).toBe(second);
});

test("a runtime that is not there is an error", () => {
  expect(() => open(1).take("plinth:cobol@1.0.0", "a")).toThrow("plinth:cobol@1.0.0");
});
