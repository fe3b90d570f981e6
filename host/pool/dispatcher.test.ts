import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { HostBindings } from "../bindings/host-bindings.ts";
import type { TenantLimits } from "../config/limits.ts";
import { TestTenants } from "../deploy/capture.fixture.ts";
import { CpuShares } from "../fairness/cpu-shares.ts";
import { HeldMemory } from "../fairness/held-memory.ts";
import { Parking } from "../fairness/parking.ts";
import { testLogs } from "../observe/logs.fixture.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import { Usage } from "../observe/usage.ts";
import { Dispatcher } from "./dispatcher.ts";
import { LocalPrograms } from "./local-programs.ts";
import { slotPoolOf, staticPoolOf, visit } from "./pools.fixture.ts";
import type { SlotPool } from "./slot-pool.ts";
import type { StaticPool } from "./static-pool.ts";
import type { SlimTarget } from "./target.ts";

const TOTAL_BYTES = 4_000_000;
const failsWith = (code: string) => expect.objectContaining({ code });

let tenants: TestTenants;
let slots: SlotPool;
let statics: StaticPool;
let logs: TenantLogs;
let shop: SlimTarget;
let blog: SlimTarget;
const bindings = new HostBindings([], () => {});
const program = `
  export default { async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/throw") throw new Error("out of stock");
    if (pathname === "/wait") await new Promise((resolve) => setTimeout(resolve, 20));
    if (pathname === "/for-an-hour") await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    return new Response("hello");
  } };`;

beforeAll(async () => {
  tenants = await TestTenants.open();
  logs = testLogs(tenants.folder);
  const limits: Partial<TenantLimits> = { tenantConcurrency: 2, waitingMemoryLimitBytes: 3_000_000 };
  shop = await tenants.deploy("shop", program, limits);
  blog = await tenants.deploy("blog", program, limits);
  slots = slotPoolOf(tenants);
  await slots.ready();
});
afterAll(async () => {
  await slots.close();
  await logs[Symbol.asyncDispose]();
  await tenants[Symbol.asyncDispose]();
});

const parking = new Parking({ isOn: true, lostCpuMs: 2_000, sharePercent: 50, parkMs: 60_000, onStrike: () => {} });
let heldMemory: HeldMemory;
let dispatcher: Dispatcher;
beforeEach(() => {
  heldMemory = new HeldMemory(TOTAL_BYTES);
  const options = { concurrencyPerWorker: 1, queueLimit: 1, programsPerWorker: 1, heldMemory };
  statics = staticPoolOf(tenants, bindings, options);
  const programs = new LocalPrograms(
    { pool: slots, heldMemory, bindings, code: { ready: () => null } },
    statics,
    new CpuShares(),
  );
  dispatcher = new Dispatcher(programs, heldMemory, logs, parking, new Usage());
});
afterEach(() => statics.close());

function send(target: SlimTarget, path = "/") {
  const { request, cgi } = visit(path);
  using admission = dispatcher.admit(target, request.body.byteLength);
  return admission.dispatch(request, cgi, "req-1");
}

test("a tenant's requests over its limit are refused, waiting ones included, and another tenant's are not", async () => {
  const under = [send(shop, "/wait"), send(shop, "/wait")];
  expect(() => send(shop)).toThrow(failsWith("PLINTH_TENANT_BUSY"));
  expect((await send(blog).answer).status).toBe(200);
  await Promise.all(under.map(({ finished }) => finished));
  expect((await send(shop).answer).status).toBe(200);
});

test("a request counts until it has ended, however it ends, and leaves nothing held", async () => {
  for (let n = 0; n < 3; n++) {
    const throws = send(shop, "/throw");
    const waits = send(shop, "/for-an-hour");
    waits.cancel(new Error("the client has gone"));
    await expect(throws.answer).rejects.toMatchObject({ code: "PLINTH_TENANT_EXCEPTION" });
    await expect(waits.answer).rejects.toThrow("the client has gone");
    await Promise.all([throws.finished, waits.finished]);
  }
  expect(heldMemory.total).toBe(0);
});

test("bodies are held as they come, for each tenant and for all together", () => {
  {
    using first = dispatcher.admit(shop, 3_000_000);
    expect(heldMemory.total).toBe(0);
    first.holdBody(2_000_000);
    expect(() => first.holdBody(1_000_001)).toThrow(failsWith("PLINTH_TENANT_BUSY"));
    using second = dispatcher.admit(blog, 1_000_000);
    second.holdBody(1_000_000);
    expect(() => second.holdBody(1)).toThrow(failsWith("PLINTH_OVERLOADED"));
    expect(heldMemory.total).toBe(3_000_000);
  }
  expect(heldMemory.total).toBe(0);
});

test("a body that has no room now is refused before it comes", () => {
  for (let n = 0; n < 5; n++) expect(() => dispatcher.admit(shop, 3_000_001)).toThrow(failsWith("PLINTH_TENANT_BUSY"));
  using first = dispatcher.admit(shop, 3_000_000);
  first.holdBody(2_500_000);
  expect(() => dispatcher.admit(shop, 500_001)).toThrow(failsWith("PLINTH_TENANT_BUSY"));
  expect(() => dispatcher.admit(blog, 500_001)).toThrow(failsWith("PLINTH_OVERLOADED"));
});

test("a request that has not begun takes no place, and gives back what it holds once", async () => {
  const admissions = Array.from({ length: 5 }, () => dispatcher.admit(shop, 10));
  for (const admission of admissions) admission.holdBody(10);
  const under = [send(shop, "/wait"), send(shop, "/wait")];
  const [late] = admissions;
  const { request, cgi } = visit();
  expect(() => late!.dispatch(request, cgi, "req-2")).toThrow(failsWith("PLINTH_TENANT_BUSY"));
  await Promise.all(under.map(({ finished }) => finished));
  for (const admission of [...admissions, ...admissions]) admission[Symbol.dispose]();
  expect(heldMemory.total).toBe(0);
});

test("an answer that its client reads slowly is held beyond the request's end", async () => {
  const admission = dispatcher.admit(shop, 0);
  const { request, cgi } = visit();
  await admission.dispatch(request, cgi, "req-1").finished;
  const held = admission.holdAnswer(3_000_000);
  expect(() => dispatcher.admit(shop, 1)).toThrow(failsWith("PLINTH_TENANT_BUSY"));
  held[Symbol.dispose]();
  expect(heldMemory.total).toBe(0);
});

test("a dispatcher that drains admits nothing more, and waits for what is in flight", async () => {
  const waiting = send(shop, "/for-an-hour");
  let drained = false;
  const draining = dispatcher.drain().then(() => (drained = true));
  expect(() => send(blog)).toThrow(failsWith("PLINTH_SHUTTING_DOWN"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(drained).toBe(false);
  waiting.cancel(new Error("the client has gone"));
  await draining;
  await dispatcher.drain();
});
