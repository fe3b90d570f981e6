import { describe, expect, test } from "vitest";
import { CpuShares } from "../fairness/cpu-shares.ts";
import { Lanes } from "./lanes.ts";

interface Step {
  readonly tenant: string;
  readonly name: string;
}

const step = (tenant: string, name = tenant): Step => ({ tenant, name });
const limits = { fast: 2, slow: 3, slowPerTenant: 2 };
/** Short steps after which a tenant is known. */
const KNOWN_AFTER = 16;

/** Lanes in which some tenants have run short steps of `cpuMs` each. */
function lanesKnowing(tenants: readonly string[], cpuMs = 10, some = limits): Lanes<Step> {
  const lanes = new Lanes<Step>(some, new CpuShares());
  for (const tenant of tenants) {
    for (let n = 0; n < KNOWN_AFTER; n++) {
      const known = step(tenant);
      lanes.push(known);
      lanes.end(lanes.next("trial")!, { lane: "trial", cpuMs, isLong: false });
    }
  }
  return lanes;
}

/** Lanes with steps that wait. Their tenants are known, and have used too much for the express lane. */
function lanesOf(...steps: Step[]): Lanes<Step> {
  const lanes = lanesKnowing([...new Set(steps.map(({ tenant }) => tenant))]);
  for (const each of steps) lanes.push(each);
  return lanes;
}

const short = { lane: "fast", cpuMs: 1, isLong: false } as const;

describe("the fast lane", () => {
  test("takes as many steps at once as it may, and the next when one has ended", () => {
    const [a, b, c] = [step("a"), step("b"), step("c")];
    const lanes = lanesOf(a, b, c);
    expect([lanes.next("fast"), lanes.next("fast"), lanes.next("fast")]).toEqual([a, b, undefined]);
    lanes.end(a, short);
    expect(lanes.next("fast")).toBe(c);
  });

  test("has room again at once when a step leaves it", () => {
    const [hog, other, third] = [step("hog"), step("other"), step("third")];
    const lanes = lanesOf(hog, other, third);
    lanes.next("fast");
    lanes.next("fast");
    lanes.demote(hog, "fast", 5);
    expect(lanes.next("fast")).toBe(third);
    expect(lanes.slowRunning).toBe(1);
  });

  test("gives nobody two places on credit while another one waits", () => {
    const lanes = lanesKnowing([]);
    for (const each of [step("many", "1"), step("many", "2"), step("one")]) lanes.push(each);
    expect([lanes.next("trial")?.tenant, lanes.next("trial")?.tenant]).toEqual(["many", "one"]);
  });
});

describe("the express lane", () => {
  test("has places of its own if others have all", () => {
    const lanes = lanesKnowing(["light"], 0.1);
    for (const tenant of ["a", "b", "c"]) lanes.push(step(tenant));
    for (const name of ["1", "2", "3"]) lanes.push(step("light", name));
    expect([lanes.next("trial"), lanes.next("trial"), lanes.next("trial")].map((found) => found?.tenant)).toEqual([
      "a",
      "b",
      undefined,
    ]);
    expect([1, 2, 3].map(() => lanes.next("express")?.name)).toEqual(["1", "2", undefined]);
  });

  test("shares the places of the others if it has some of them", () => {
    const lanes = lanesKnowing(["light"], 0.1);
    for (const each of [step("light", "1"), step("light", "2"), step("light", "3")]) lanes.push(each);
    expect([1, 2, 3].map(() => lanes.next("express")?.name)).toEqual(["1", "2", undefined]);
  });
});

describe("lanes that share places", () => {
  test("are asked in the order of their tenants' accounts", () => {
    const lanes = lanesKnowing(["known"]);
    expect(lanes.order).toEqual(["express", "fast", "trial", "slow"]);
    for (const each of [step("known"), step("new")]) lanes.push(each);
    expect(lanes.order.indexOf("trial")).toBeLessThan(lanes.order.indexOf("fast"));
  });

  test("leave a place to the fast lane if trials have all", () => {
    const lanes = lanesOf(step("known"));
    for (const each of [step("a"), step("b")]) lanes.push(each);
    expect([lanes.next("trial")?.tenant, lanes.next("trial")?.tenant]).toEqual(["a", "b"]);
    expect(lanes.next("fast")?.tenant).toBe("known");
  });
});

describe("steps given ahead", () => {
  test("have no place before they begin, and are charged as others are", () => {
    const lanes = lanesOf(step("many", "1"), step("many", "2"), step("many", "3"), step("many", "4"), step("late"));
    const first = lanes.next("fast")!;
    lanes.next("fast");
    const ahead = lanes.giveAhead(() => true)!;
    expect([lanes.fastRunning, lanes.waiting]).toEqual([2, 2]);
    lanes.end(first, short);
    expect(lanes.beginAhead(ahead)).toBe("fast");
    expect([lanes.fastRunning, lanes.next("fast")]).toEqual([2, undefined]);
    lanes.end(ahead, short);
    expect(lanes.next("fast")).toBeDefined();
  });

  test("keep their place in the queue if they are not taken, or taken back", () => {
    const [a, b, c] = [step("t", "1"), step("t", "2"), step("t", "3")];
    const lanes = lanesOf(a, b, c);
    expect(lanes.giveAhead((found) => found !== a)).toBeUndefined();
    const ahead = [lanes.giveAhead(() => true)!, lanes.giveAhead(() => true)!];
    for (const each of ahead.toReversed()) lanes.takeBack(each);
    expect(lanes.waiting).toBe(3);
    expect([lanes.next("fast"), lanes.next("fast")]).toEqual([a, b]);
  });

  test("of a tenant that has run long meanwhile wait for a trial when they are taken back", () => {
    const [hog, next] = [step("hog", "1"), step("hog", "2")];
    const lanes = lanesOf(hog, next);
    lanes.next("fast");
    lanes.giveAhead(() => true);
    lanes.demote(hog, "fast", 5);
    lanes.takeBack(next);
    expect(lanes.next("fast")).toBeUndefined();
    expect(lanes.next("trial")).toBe(next);
  });
});

describe("the slow lane", () => {
  test("takes over what waits for a tenant whose step has run long, and gives it back after short ones", () => {
    const [first, second, third] = [step("t", "1"), step("t", "2"), step("t", "3")];
    const lanes = lanesKnowing([]);
    for (const each of [first, second, third]) lanes.push(each);
    lanes.next("trial");
    lanes.demote(first, "trial", 5);
    expect(lanes.next("trial")).toBeUndefined();
    expect(lanes.next("slow")).toBe(second);
    lanes.end(second, { lane: "slow", cpuMs: 1, isLong: false });
    expect(lanes.next("slow")).toBeUndefined();
    expect(lanes.next("trial")).toBe(third);
  });

  test("runs so many at once, and so many of one tenant", () => {
    const hogs = ["a", "b", "c"].map((tenant) => step(tenant, "first"));
    const lanes = lanesKnowing([], 0, { ...limits, fast: 3 });
    for (const hog of hogs) lanes.push(hog);
    for (const hog of hogs) expect(lanes.next("trial")).toBe(hog);
    for (const hog of hogs) lanes.demote(hog, "trial", 5);
    for (const hog of hogs) lanes.end(hog, { lane: "slow", cpuMs: 100, isLong: null });
    for (const tenant of ["a", "a", "a", "b"]) lanes.push(step(tenant));
    expect(lanes.wantsSlow).toBe(true);
    expect(
      [lanes.next("slow"), lanes.next("slow"), lanes.next("slow")].map((found) => found?.tenant).toSorted(),
    ).toEqual(["a", "a", "b"]);
    expect(lanes.wantsSlow).toBe(false);
    expect(lanes.next("slow")).toBeUndefined();
    expect(lanes.waiting).toBe(1);
  });

  test("steps that are given up, or cleared, wait no more", () => {
    const [a, b] = [step("a"), step("b")];
    const lanes = lanesOf(a, b);
    expect([lanes.remove(a), lanes.remove(a)]).toEqual([true, false]);
    expect(lanes.clear()).toEqual([b]);
    expect(lanes.waiting).toBe(0);
  });
});
