import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FairQueue } from "./fair-queue.ts";

function drain<T>(queue: FairQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) items.push(item);
  return items;
}

describe("FairQueue", () => {
  it("serves tenants in turn, each in its own order", () => {
    const queue = new FairQueue<string>();
    for (const item of ["a1", "a2", "a3", "b1", "c1", "c2"]) queue.push(item[0]!, item);
    expect(queue.size).toBe(6);
    expect(drain(queue)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
    expect(queue.size).toBe(0);
  });

  it("lets a tenant that comes late wait for one turn of each other tenant", () => {
    const queue = new FairQueue<string>();
    for (let i = 0; i < 1000; i++) queue.push("noisy", `noisy${i}`);
    expect(queue.next()).toBe("noisy0");
    queue.push("late", "late0");
    expect([queue.next(), queue.next()]).toEqual(["noisy1", "late0"]);
  });

  it("removes an item that still waits, once", () => {
    const queue = new FairQueue<string>();
    queue.push("a", "a1");
    queue.push("a", "a2");
    expect(queue.remove("a", "a1")).toBe(true);
    expect(queue.remove("a", "a1")).toBe(false);
    expect(queue.remove("b", "a2")).toBe(false);
    expect(drain(queue)).toEqual(["a2"]);
  });

  it("gives back every item once, whatever the order of pushes and removals", () => {
    const steps = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.boolean()));
    fc.assert(
      fc.property(steps, (list) => {
        const queue = new FairQueue<number>();
        const expected = new Set<number>();
        for (const [index, [tenant, remove]] of list.entries()) {
          queue.push(tenant, index);
          if (remove) queue.remove(tenant, index);
          else expected.add(index);
        }
        expect(queue.size).toBe(expected.size);
        expect(new Set(drain(queue))).toEqual(expected);
      }),
    );
  });
});
