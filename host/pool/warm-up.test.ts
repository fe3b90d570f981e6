import { expect, test } from "vitest";
import { warm, warmUpOf } from "./warm-up.ts";

test("the first requests share some time beyond their limits, and then there is none", () => {
  const warmUp = warmUpOf("a/1");
  const all = warmUp.leftMs;
  expect(all).toBeGreaterThan(100);
  warmUp.requestEnded(30, 50);
  expect(warmUp.leftMs).toBe(all);
  warmUp.requestEnded(150, 50);
  expect(warmUpOf("a/1").leftMs).toBe(all - 100);
  warmUp.requestEnded(10_000, 50);
  expect(warmUp.leftMs).toBe(0);
});

test("a version is warm after some requests, whatever is left", () => {
  const warmUp = warmUpOf("a/2");
  for (let n = 0; n < 49; n++) warmUp.requestEnded(1, 50);
  expect(warmUp.leftMs).toBeGreaterThan(0);
  warmUp.requestEnded(1, 50);
  expect(warmUp.leftMs).toBe(0);
});

test("a program without machine code of its own has no time beyond its limit", () => {
  warm.requestEnded(1, 50);
  expect(warm.leftMs).toBe(0);
});
