import type { FastifyReply } from "fastify";
import { expect, test } from "vitest";
import type { Token } from "../store/store.ts";
import { failure, startTestAdmin } from "./admin.fixture.ts";
import { createToken } from "./auth.ts";
import { CallAllowances } from "./rates.ts";

const token = (id: string, tenant: string | null) => ({ id, tenant }) as Token;
const reply = { header: () => reply } as unknown as FastifyReply;

/** The number of calls that pass, of 100 at that time. */
function passing(allowances: CallAllowances, whose: Token, now: number): number {
  let passed = 0;
  for (let call = 0; call < 100; call++) {
    try {
      allowances.take(whose, reply, now);
      passed++;
    } catch (error) {
      expect(error).toMatchObject({ code: "PLINTH_ADMIN_RATE", status: 429 });
    }
  }
  return passed;
}

test("five seconds' worth at once, then the rate", () => {
  const allowances = new CallAllowances({ tenant: 2, operator: 10 });
  expect(passing(allowances, token("1", "alice"), 0)).toBe(10);
  expect(passing(allowances, token("1", "alice"), 1_000)).toBe(2);
  expect(passing(allowances, token("1", "alice"), 600_000)).toBe(10);
});

test("a tenant's tokens share its calls, and take nobody else's", () => {
  const allowances = new CallAllowances({ tenant: 2, operator: 10 });
  expect(passing(allowances, token("1", "alice"), 0)).toBe(10);
  expect(passing(allowances, token("2", "alice"), 0)).toBe(0);
  expect(passing(allowances, token("3", "bob"), 0)).toBe(10);
  expect(passing(allowances, token("4", null), 0)).toBe(50);
  expect(passing(allowances, token("5", null), 0)).toBe(50);
});

test("a call that took long counts as many, and whoever has overdrawn the account waits for it", () => {
  const allowances = new CallAllowances({ tenant: 2, operator: 10 });
  allowances.take(token("1", "alice"), reply, 0);
  allowances.charge(token("1", "alice"), 4, 0);
  expect(passing(allowances, token("1", "alice"), 0)).toBe(9);
  allowances.charge(token("1", "alice"), 50, 0);
  expect(passing(allowances, token("2", "alice"), 4_500)).toBe(0);
  expect(passing(allowances, token("2", "alice"), 5_000)).toBe(1);
  expect(passing(allowances, token("3", "bob"), 0)).toBe(10);
});

test("a call beyond the rate is told when to come again, and leaves no entry in the audit log", async () => {
  await using admin = await startTestAdmin({ tenant: 1, operator: 1_000 });
  await admin.call("POST", "/v1/tenants", { json: { name: "alice" } });
  const tenant = admin.store.listTenants().items[0]!.name;
  const { text } = await createToken(admin.store, { label: "own", tenant, expiresAt: null });
  const headers = { authorization: `Bearer ${text}` };
  const before = admin.store.listAudit().length;
  await expect
    .poll(() => admin.call("PUT", "/v1/tenants/alice/secrets/A", { json: {}, headers }))
    .toMatchObject(failure(429, "PLINTH_ADMIN_RATE"));
  const response = await fetch(`${admin.base}/v1/token`, { headers });
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(
    admin.store
      .listAudit()
      .slice(before)
      .filter(({ outcome }) => outcome === "PLINTH_ADMIN_RATE"),
  ).toEqual([]);
});
