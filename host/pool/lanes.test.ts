import { describe, expect, test } from "vitest";
import { CpuShares } from "../fairness/cpu-shares.ts";
import { Lanes } from "./lanes.ts";

interface Step {
  readonly tenant: string;
  readonly name: string;
}

const step = (tenant: string, name = tenant): Step => ({ tenant, name });
const lanesOf = (...steps: Step[]) => {
  const lanes = new Lanes<Step>({ fast: 2, slow: 3, slowPerTenant: 2 }, new CpuShares());
  for (const each of steps) lanes.push(each);
  return lanes;
};
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
    lanes.demote(hog);
    expect(lanes.next("fast")).toBe(third);
    expect(lanes.slowRunning).toBe(1);
  });

  test("gives nobody two places on credit while another one waits", () => {
    const lanes = lanesOf(step("many", "1"), step("many", "2"), step("one"));
    expect([lanes.next("fast")?.tenant, lanes.next("fast")?.tenant].toSorted()).toEqual(["many", "one"]);
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
    lanes.beginAhead();
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

  test("of a tenant that has run long meanwhile wait for the slow lane when they are taken back", () => {
    const [hog, next] = [step("hog", "1"), step("hog", "2")];
    const lanes = lanesOf(hog, next);
    lanes.next("fast");
    lanes.giveAhead(() => true);
    lanes.demote(hog);
    lanes.takeBack(next);
    expect(lanes.next("slow")).toBe(next);
  });
});

describe("the slow lane", () => {
  test("takes over what waits for a tenant whose step has run long, and gives it back after short ones", () => {
    const [first, second, third] = [step("t", "1"), step("t", "2"), step("t", "3")];
    const lanes = lanesOf(first, second, third);
    lanes.next("fast");
    lanes.demote(first);
    expect(lanes.next("fast")).toBeUndefined();
    expect(lanes.next("slow")).toBe(second);
    lanes.end(second, { lane: "slow", cpuMs: 1, isLong: false });
    expect(lanes.next("slow")).toBeUndefined();
    expect(lanes.next("fast")).toBe(third);
  });

  test("runs so many at once, and so many of one tenant", () => {
    const hogs = ["a", "b", "c"].map((tenant) => step(tenant, "first"));
    const lanes = new Lanes<Step>({ fast: 3, slow: 3, slowPerTenant: 2 }, new CpuShares());
    for (const hog of hogs) lanes.push(hog);
    for (const hog of hogs) expect(lanes.next("fast")).toBe(hog);
    for (const hog of hogs) lanes.demote(hog);
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
