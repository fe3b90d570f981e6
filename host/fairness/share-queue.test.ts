import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CpuShares, type ShareClock } from "./cpu-shares.ts";
import { ShareQueue } from "./share-queue.ts";

/** Serves items until the queue is empty, each at its cost, ms. @returns their tenants, in order */
function serveAll(queue: ShareQueue<{ tenant: string; cost: number }>, clock: ShareClock): string[] {
  const order: string[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) {
    order.push(item.tenant);
    clock.charge(item.tenant, item.cost);
  }
  return order;
}

function queueOf(clock: ShareClock, ...parties: [tenant: string, count: number, cost: number][]) {
  const queue = new ShareQueue<{ tenant: string; cost: number }>(clock);
  for (const [tenant, count, cost] of parties) for (let i = 0; i < count; i++) queue.push(tenant, { tenant, cost });
  return queue;
}

describe("a queue by shares of CPU time", () => {
  test("a tenant with dear steps gets as much time as one with cheap ones, and not as many turns", () => {
    const clock = new CpuShares().newClock();
    const order = serveAll(queueOf(clock, ["dear", 10, 100], ["cheap", 200, 1]), clock);
    expect(order.slice(0, 103).filter((tenant) => tenant === "dear")).toHaveLength(2);
  });

  test("a weight of two is twice the time", () => {
    const shares = new CpuShares();
    shares.weigh("heavy", 200);
    const clock = shares.newClock();
    const queue = queueOf(clock, ["light", 100, 1], ["heavy", 100, 1]);
    const served = { light: 0, heavy: 0 };
    for (let i = 0; i < 90; i++) {
      const { tenant } = queue.next()! as { tenant: "light" | "heavy" };
      served[tenant]++;
      clock.charge(tenant, 1);
    }
    expect(served.heavy).toBeGreaterThanOrEqual(59);
    expect(served.heavy).toBeLessThanOrEqual(61);
  });

  test("tenants that want all get CPU time by their weights, whatever their steps cost", () => {
    const party = fc.record({ weight: fc.integer({ min: 1, max: 1000 }), cost: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(fc.array(party, { minLength: 2, maxLength: 5 }), (parties) => {
        const shares = new CpuShares();
        const clock = shares.newClock();
        const queue = new ShareQueue<number>(clock);
        const used = parties.map(() => 0);
        for (const [index, { weight }] of parties.entries()) {
          shares.weigh(`${index}`, weight);
          queue.push(`${index}`, index);
        }
        for (let turn = 0; turn < 500; turn++) {
          const index = queue.next()!;
          used[index]! += parties[index]!.cost;
          clock.charge(`${index}`, parties[index]!.cost);
          queue.push(`${index}`, index);
        }
        const virtual = parties.map(({ weight }, index) => used[index]! / weight);
        // No tenant is ahead of another by more than the steps that either has had on credit.
        const longest = Math.max(...parties.map(({ weight, cost }) => cost / weight));
        expect(Math.max(...virtual) - Math.min(...virtual)).toBeLessThanOrEqual(2 * longest + 1e-6);
      }),
    );
  });

  test("nothing is owed for time that nobody else wanted, and nothing is saved up by waiting", () => {
    const clock = new CpuShares().newClock();
    serveAll(queueOf(clock, ["alone", 1_000, 10]), clock);
    const order = serveAll(queueOf(clock, ["alone", 10, 10], ["new", 10, 10]), clock);
    // They take turns: neither makes the other wait for all its items.
    expect(order.slice(0, 6).filter((tenant) => tenant === "new").length).toBeGreaterThanOrEqual(3);
    expect(order.slice(0, 8)).toContain("alone");
  });

  test("who has used much of one thing does not lift the place of others in the queue for another thing", () => {
    const shares = new CpuShares();
    const [cpu, other] = [shares.newClock(), shares.newClock()];
    serveAll(queueOf(other, ["busy", 1, 5_000], ["busy", 1, 0]), other);
    const queue = queueOf(cpu, ["hog", 2, 100], ["late", 1, 1]);
    expect(queue.next()?.tenant).toBe("hog");
    cpu.charge("hog", 100);
    serveAll(queueOf(other, ["busy", 2, 5_000]), other);
    expect(queue.next()?.tenant).toBe("late");
  });

  test("work that no queue has given out is charged wherever the tenant is known", () => {
    const shares = new CpuShares();
    const clock = shares.newClock();
    clock.charge("known", 1);
    shares.charge("known", 10);
    shares.charge("unknown", 10);
    expect([clock.of("known"), clock.of("unknown")]).toEqual([11, 0]);
  });

  test("tenants that may not be served are passed over and lose nothing", () => {
    const queue = queueOf(new CpuShares().newClock(), ["a", 1, 1], ["b", 1, 1]);
    expect(queue.next((tenant) => tenant !== "a")?.tenant).toBe("b");
    expect(queue.next(() => false)).toBeUndefined();
    expect(queue.next()?.tenant).toBe("a");
    expect(queue.size).toBe(0);
  });

  test("holds each item once, in each tenant's order, whatever is pushed, taken out and charged", () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant("push" as const), tenant: fc.constantFrom("a", "b", "c", "d") }),
      fc.record({ kind: fc.constant("next" as const), cost: fc.integer({ min: 0, max: 1000 }) }),
      fc.record({ kind: fc.constant("remove" as const), which: fc.nat() }),
      fc.record({ kind: fc.constant("take-all" as const), tenant: fc.constantFrom("a", "b", "c", "d") }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const clock = new CpuShares().newClock();
        const queue = new ShareQueue<{ tenant: string; id: number }>(clock);
        const model: { tenant: string; id: number }[] = [];
        const gone = (item: { id: number }) =>
          model.splice(
            model.findIndex(({ id }) => id === item.id),
            1,
          );
        actions.forEach((step, id) => {
          if (step.kind === "push") {
            const item = { tenant: step.tenant, id };
            queue.push(step.tenant, item);
            model.push(item);
          } else if (step.kind === "remove") {
            const item = model[step.which % Math.max(1, model.length)];
            if (item === undefined) return;
            expect(queue.remove(item.tenant, item)).toBe(true);
            expect(queue.remove(item.tenant, item)).toBe(false);
            gone(item);
          } else if (step.kind === "take-all") {
            const own = model.filter(({ tenant }) => tenant === step.tenant);
            expect(queue.takeAll(step.tenant)).toEqual(own);
            own.forEach(gone);
          } else {
            const item = queue.next();
            expect(item === undefined).toBe(model.length === 0);
            if (item === undefined) return;
            expect(model.find(({ tenant }) => tenant === item.tenant)).toEqual(item);
            gone(item);
            clock.charge(item.tenant, step.cost);
          }
          expect(queue.size).toBe(model.length);
        });
      }),
    );
  });
});
