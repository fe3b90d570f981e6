import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Conduct } from "./conduct.ts";

const rule = { lostCpuMs: 2_000, sharePercent: 50 };
const cpuMs = fc.integer({ min: 1, max: 60_000 });
const good = fc.record({ cpuMs, wasCut: fc.constant(false), after: fc.nat(10_000) });
const any = fc.record({ cpuMs, wasCut: fc.boolean(), after: fc.nat(10_000) });

/** The number of strikes that the requests lead to. */
function strikesOf(requests: readonly { cpuMs: number; wasCut: boolean; after: number }[]): number {
  const conduct = new Conduct(rule);
  let now = 0;
  return requests.filter(({ cpuMs: used, wasCut, after }) => {
    now += after;
    return conduct.note(used, wasCut, now);
  }).length;
}

describe("a tenant's conduct", () => {
  test("good requests are no strike, and neither is one bad request among them, whatever it costs", () => {
    fc.assert(
      fc.property(fc.array(good, { maxLength: 50 }), cpuMs, fc.array(good, { maxLength: 50 }), (before, bad, after) => {
        expect(strikesOf([...before, { cpuMs: bad, wasCut: true, after: 1 }, ...after])).toBe(0);
      }),
    );
  });

  test("is no strike while less than the share of its CPU time is lost", () => {
    fc.assert(
      fc.property(fc.array(cpuMs, { minLength: 1, maxLength: 100 }), (losses) => {
        // Each bad request comes after good ones that used more.
        const requests = losses.flatMap((lost) => [
          { cpuMs: lost + 1, wasCut: false, after: 0 },
          { cpuMs: lost, wasCut: true, after: 0 },
        ]);
        expect(strikesOf(requests)).toBe(0);
      }),
    );
  });

  test("has a strike for every so many requests that are cut and nothing else", () => {
    const cut = { cpuMs: 500, wasCut: true, after: 1 };
    expect(strikesOf(Array.from({ length: 50 }, () => cut))).toBe(10);
  });

  test("has no more strikes than its losses account for", () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 200 }), (requests) => {
        const cut = requests.filter(({ wasCut }) => wasCut);
        const lost = cut.reduce((sum, request) => sum + request.cpuMs, 0);
        const strikes = strikesOf(requests);
        expect(strikes * rule.lostCpuMs).toBeLessThanOrEqual(lost);
        expect(strikes * 5).toBeLessThanOrEqual(cut.length);
      }),
    );
  });

  test("forgets with time what was cut: one in an hour is never a strike", () => {
    const cut = { cpuMs: 60_000, wasCut: true, after: 3_600_000 };
    expect(strikesOf(Array.from({ length: 1_000 }, () => cut))).toBe(0);
  });
});
