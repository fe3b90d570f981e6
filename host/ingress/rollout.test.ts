import { describe, expect, test } from "vitest";
import type { Target } from "../pool/target.ts";
import { chooseVersion, isInRollout, type Served } from "./rollout.ts";

const target = (version: number) => ({ tenant: "shop", version }) as Target;
const served = (percent: number): Served => ({ active: target(1), rollout: { target: target(2), percent } });
const keys = Array.from({ length: 5_000 }, (_, i) => `visitor-${i}`);
const inAt = (percent: number, version = 2) =>
  new Set(keys.filter((key) => isInRollout("shop", version, key, percent)));

describe("the split", () => {
  test.each([0.5, 1, 10, 25, 50, 90])("of 5,000 visitors at %d percent is right", (percent) => {
    // All but one in 16,000 choices of names lie within four standard deviations of a binomial distribution.
    const expected = (keys.length * percent) / 100;
    const deviation = Math.sqrt(expected * (1 - percent / 100));
    expect(Math.abs(inAt(percent).size - expected)).toBeLessThan(4 * deviation);
  });

  test("is none at 0 and all at 100", () => {
    expect(inAt(0).size).toBe(0);
    expect(inAt(100).size).toBe(keys.length);
  });

  test("only grows with the percentage: who was in stays in", () => {
    const steps = [1, 5, 20, 50, 99].map((percent) => inAt(percent));
    for (const [i, larger] of steps.slice(1).entries()) expect(steps[i]!.isSubsetOf(larger)).toBe(true);
  });

  test("has other visitors first for another version and another tenant", () => {
    const first = inAt(10);
    const shared = inAt(10, 3).intersection(first).size;
    // By chance, 1% of 5,000 are in both.
    expect(shared).toBeGreaterThan(10);
    expect(shared).toBeLessThan(120);
    const elsewhere = keys.filter((key) => isInRollout("bank", 2, key, 10));
    expect(new Set(elsewhere).intersection(first).size).toBeLessThan(120);
  });
});

describe("a visitor", () => {
  test("gets the active version and no cookie where no rollout is under way", () => {
    expect(chooseVersion({ active: target(1), rollout: null }, {}, "")).toEqual({ target: target(1), cookie: null });
  });

  test("is told apart by the header before the cookie", () => {
    const inside = [...inAt(50)][0]!;
    const outside = keys.find((key) => !inAt(50).has(key))!;
    const cookie = `__plinth=${"x".repeat(22)}`;
    const choose = (key: string) => chooseVersion(served(50), { "plinth-rollout-key": key, cookie }, "");
    expect(choose(inside)).toEqual({ target: target(2), cookie: null });
    expect(choose(outside)).toEqual({ target: target(1), cookie: null });
  });

  test("without a key gets a cookie, and with it the same version again", () => {
    const versions = new Set<number>();
    for (let i = 0; i < 100; i++) {
      const first = chooseVersion(served(50), { cookie: "session=5" }, "");
      expect(first.cookie).toMatch(/^__plinth=[\w-]{22}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
      const cookie = `session=5; ${first.cookie!.split(";")[0]}; theme=dark`;
      expect(chooseVersion(served(50), { cookie }, "")).toEqual({ target: first.target, cookie: null });
      versions.add(first.target.version);
    }
    expect(versions).toEqual(new Set([1, 2]));
  });

  test("by path gets a cookie for that tenant's path", () => {
    expect(chooseVersion(served(50), {}, "/t/shop").cookie).toContain("; Path=/t/shop;");
  });

  test.each([
    "__plinth=",
    "__plinth=short",
    `__plinth=${"x".repeat(23)}`,
    `my__plinth=${"x".repeat(22)}`,
    `__plinth=${"!".repeat(22)}`,
  ])("with the cookie %s gets a new one", (cookie) => {
    expect(chooseVersion(served(50), { cookie }, "").cookie).not.toBeNull();
  });
});
