import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HostBindings } from "../bindings/host-bindings.ts";
import { TestTenants } from "../deploy/capture.fixture.ts";
import { HeldMemory } from "../fairness/held-memory.ts";
import { testLogs } from "../observe/logs.fixture.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import { slotPoolOf } from "./pools.fixture.ts";
import { SlimRequest } from "./slim-request.ts";
import type { SlotPool } from "./slot-pool.ts";
import type { SlimTarget } from "./target.ts";

let tenants: TestTenants;
let logs: TenantLogs;
let pool: SlotPool;
let target: SlimTarget;
const heldMemory = new HeldMemory(100_000_000);

beforeAll(async () => {
  tenants = await TestTenants.open();
  logs = testLogs(tenants.folder);
  target = await tenants.deploy(
    "shop",
    `export default { async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith("/later")) await new Promise((resolve) => setTimeout(resolve, 1));
      return new Response(pathname);
    } };`,
  );
  pool = slotPoolOf(tenants, { workers: 2, queueLimit: 1_000 });
  await pool.ready();
});
afterAll(async () => {
  await pool.close();
  await logs[Symbol.asyncDispose]();
  await tenants[Symbol.asyncDispose]();
});

function send(path: string): SlimRequest {
  const request = { method: "GET", uri: `http://shop.example${path}`, headers: [], body: new Uint8Array(0) };
  const host = { pool, heldMemory, bindings: new HostBindings([], () => {}), code: { ready: () => null } };
  const log = logs.forRequest(target.tenant, target.version, "req-1");
  return new SlimRequest(host, target, { kind: "start", request }, "req-1", log);
}

/** Requests that begin together. `turns` says after how many turns of the event loop each is given up; null for never. */
const requests = fc.array(fc.record({ kind: fc.constantFrom("now", "later"), turns: fc.option(fc.nat(6)) }), {
  minLength: 1,
  maxLength: 30,
});

test("an answer that comes late reaches nobody: each other request gets its own, and nothing is left of any", async () => {
  const goneAway = new Error("the client has gone");
  await fc.assert(
    fc.asyncProperty(requests, async (plans) => {
      const ends = plans.map(async ({ kind, turns }, n) => {
        const path = `/${kind}/${n}`;
        const request = send(path);
        if (turns !== null) {
          for (let turn = 0; turn < turns; turn++) await nextTurn();
          request.cancel(goneAway);
        }
        const [end] = await Promise.allSettled([request.answer]);
        // A request that is given up may have been answered before.
        if (end.status === "rejected") expect([turns === null, end.reason]).toEqual([false, goneAway]);
        else expect(Buffer.from(end.value.body).toString()).toBe(path);
        await request.finished;
      });
      await Promise.all(ends);
      expect(heldMemory.total).toBe(0);
    }),
    { numRuns: 60 },
  );
  // The threads can serve after requests were given up.
  expect(Buffer.from((await send("/now/last").answer).body).toString()).toBe("/now/last");
});
