import { expect, test } from "vitest";
import { ProgramCache } from "./program-cache.ts";

function counting() {
  const loads: string[] = [];
  const load = (key: string) => async () => {
    loads.push(key);
    return key.toUpperCase();
  };
  return { loads, load };
}

test("a program is loaded once, by all who ask for it meanwhile", async () => {
  const { loads, load } = counting();
  const cache = new ProgramCache<string>(2);
  expect(await Promise.all([cache.take("a", load("a")), cache.take("a", load("a"))])).toEqual(["A", "A"]);
  expect(await cache.take("a", load("a"))).toBe("A");
  expect(loads).toEqual(["a"]);
});

test("where there are too many, the one that was used longest ago goes", async () => {
  const { loads, load } = counting();
  const cache = new ProgramCache<string>(2);
  for (const key of ["a", "b", "a", "c", "a", "b"]) await cache.take(key, load(key));
  expect(loads).toEqual(["a", "b", "c", "b"]);
});

test("one that fails to load fails for all who wait for it, and is loaded again the next time", async () => {
  const cache = new ProgramCache<string>(2);
  const failure = new Error("no such file");
  const failing = () => Promise.reject(failure);
  const waiting = [cache.take("a", failing), cache.take("a", failing)];
  for (const taken of waiting) await expect(taken).rejects.toBe(failure);
  expect(await cache.take("a", async () => "A")).toBe("A");
});
