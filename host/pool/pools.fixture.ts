/** Small pools and a request for tests. The options can be changed. A failure that belongs to no request fails the test. */
import { expect } from "vitest";
import type { HostBindings } from "../bindings/host-bindings.ts";
import { MIB } from "../config/limits.ts";
import { memoryStrategy, type TestTenants } from "../deploy/capture.fixture.ts";
import { CpuShares } from "../fairness/cpu-shares.ts";
import { HeldMemory } from "../fairness/held-memory.ts";
import { Usage } from "../observe/usage.ts";
import type { CgiContext, WireRequest } from "../protocol/http.ts";
import { SlotPool } from "./slot-pool.ts";
import type { SlotPoolOptions } from "./slot-pool-options.ts";
import { StaticCalls } from "./static-calls.ts";
import { StaticPool, type StaticPoolOptions } from "./static-pool.ts";

const onFault = (error: unknown) => expect.unreachable(String(error));

/** A visitor's request for a page of the shop. */
export function visit(path = "/", method = "GET"): { request: WireRequest; cgi: CgiContext } {
  const request = { method, uri: `http://shop.example${path}`, headers: [], body: new Uint8Array(0) };
  const address = { clientAddress: "127.0.0.1", clientPort: 0 };
  return { request, cgi: { scheme: "http", host: "shop.example", path, mount: "", ...address } };
}

/** One worker and one slot for each runtime. */
export function slotPoolOf(tenants: TestTenants, options: Partial<SlotPoolOptions> = {}): SlotPool {
  return new SlotPool({
    runtimes: [tenants.runtime.handle],
    workers: 1,
    spares: 0,
    slotsPerRuntime: 1,
    memoryStrategy,
    bindings: tenants.bindings,
    queueLimit: 10,
    shares: new CpuShares(),
    codeOf: () => null,
    usage: new Usage(),
    onFault,
    ...options,
  });
}

/** One worker for four requests at once. */
export function staticPoolOf(
  tenants: TestTenants,
  bindings: HostBindings,
  options: Partial<StaticPoolOptions> = {},
): StaticPool {
  const heldMemory = options.heldMemory ?? new HeldMemory(1024 * MIB);
  const pool = {
    workers: 1,
    spares: 0,
    concurrencyPerWorker: 4,
    queueLimit: 10,
    programsPerWorker: 10,
    bindings: tenants.bindings,
    shares: new CpuShares(),
    onFault,
    ...options,
    heldMemory,
  };
  return new StaticPool(pool, new StaticCalls(bindings, heldMemory));
}
