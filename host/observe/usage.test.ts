import { expect, test } from "vitest";
import { countOne, OTHERS, Usage } from "./usage.ts";

test("a tenant keeps its numbers, and a deleted one begins anew", () => {
  const usage = new Usage();
  usage.of("shop").cpuMs += 2;
  countOne(usage.of("shop").errors, "PLINTH_CPU_LIMIT");
  countOne(usage.of("shop").errors, "PLINTH_CPU_LIMIT");
  expect(usage.of("shop")).toMatchObject({ cpuMs: 2, errors: new Map([["PLINTH_CPU_LIMIT", 2]]) });
  usage.forget("shop");
  expect(usage.of("shop").cpuMs).toBe(0);
});

test("tenants beyond the bound share numbers, and no request is lost from the sum", () => {
  const usage = new Usage(2);
  for (const tenant of ["a", "b", "c", "d", "a", "c"]) usage.of(tenant).steps++;
  expect([...usage].map(([tenant, { steps }]) => [tenant, steps])).toEqual([
    ["a", 2],
    ["b", 1],
    [OTHERS, 3],
  ]);
});
