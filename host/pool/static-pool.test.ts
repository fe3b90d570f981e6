import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { noGrants } from "../bindings/binding.ts";
import { HostBindings } from "../bindings/host-bindings.ts";
import { wat } from "../component/component.fixture.ts";
import { MIB, type TenantLimits, tenantLimitDefaults } from "../config/limits.ts";
import { prepareLimits, TestTenants } from "../deploy/capture.fixture.ts";
import { prepareWasi } from "../deploy/prepare-wasi.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { LogLine } from "../protocol/log-line.ts";
import type { Sha256, TenantName } from "../store/names.ts";
import { staticPoolOf, visit } from "./pools.fixture.ts";
import type { StaticPool, StaticPoolOptions } from "./static-pool.ts";
import type { WasiTarget } from "./target.ts";

/** A second in nanoseconds, as 64 bits. */
const SECOND = "\\00\\ca\\9a\\3b\\00\\00\\00\\00";
const HOUR = "\\00\\a0\\b8\\30\\46\\03\\00\\00";

const poll = "(drop (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 320)))";

/** A command that does something and then answers "hello". */
const command = (then: string, sleep = SECOND) => `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; One iovec: address and length of the answer.
  (data (i32.const 0) "\\10\\00\\00\\00\\1f\\00\\00\\00")
  (data (i32.const 16) "Content-Type: text/plain\\0a\\0ahello")
  ;; A subscription to the monotonic clock: what, which clock, ns from now.
  (data (i32.const 136) "\\00")
  (data (i32.const 144) "\\01")
  (data (i32.const 152) "${sleep}")
  (func (export "_start")
    ${then}
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`;

const programs = {
  hello: command(""),
  /** A command that sleeps for a second. */
  sleeping: command(poll),
  waiting: command(poll, HOUR),
  spinning: command("(loop $for_ever (br $for_ever))"),
  trapping: command("unreachable"),
};

let tenants: TestTenants;
const targets = {} as Record<keyof typeof programs, WasiTarget>;
beforeAll(async () => {
  tenants = await TestTenants.open();
  for (const [name, text] of Object.entries(programs)) {
    const { module } = prepareWasi(await wat(text), prepareLimits);
    const blob = await tenants.store(module);
    targets[name as keyof typeof programs] = {
      kind: "wasi",
      tenant: name as TenantName,
      version: 1,
      limits: { ...tenantLimitDefaults, cpuMs: 100 },
      grants: noGrants,
      sourceMap: null,
      component: blob.key as Sha256,
      module: blob,
    };
  }
});
afterAll(() => tenants[Symbol.asyncDispose]());

const failures: string[] = [];
const log: RequestLog = {
  add: (_lines: readonly LogLine[]) => {},
  failure: (message) => void failures.push(message),
};

let pool: StaticPool;
function openPool(options: Partial<StaticPoolOptions> = {}): void {
  // A worker that has been ended may still post a result.
  pool = staticPoolOf(tenants, new HostBindings([], () => {}), { spares: 1, onFault: () => {}, ...options });
}
beforeEach(() => void failures.splice(0));
afterEach(() => pool.close());

function send(name: keyof typeof programs, method = "GET", limits: Partial<TenantLimits> = {}) {
  const target = { ...targets[name], limits: { ...targets[name].limits, ...limits } };
  const { request, cgi } = visit("/", method);
  return pool.dispatch(target, request, cgi, randomUUID(), log);
}

async function textOf(answer: Promise<{ body: Uint8Array }>): Promise<string> {
  return Buffer.from((await answer).body).toString();
}

test("while requests wait in a worker, another is answered by it", async () => {
  openPool();
  const waiting = [send("waiting"), send("waiting")];
  const short = send("sleeping");
  expect(await textOf(send("hello").answer)).toBe("hello");
  expect(await textOf(short.answer)).toBe("hello");
  await pool.close();
  await Promise.all(waiting.map(({ finished }) => finished));
  expect(failures).toEqual([]);
});

test("a program that traps fails its own request, with the reason in its log, and its worker goes on", async () => {
  openPool();
  const other = send("sleeping", "POST");
  await expect(send("trapping").answer).rejects.toMatchObject({ code: "PLINTH_TENANT_EXCEPTION" });
  expect(await textOf(other.answer)).toBe("hello");
  expect(failures).toEqual(["unreachable"]);
});

test("a runaway's worker is ended: its bystanders that may be sent again are answered by another", async () => {
  openPool({ spares: 0 });
  const [safe, unsafe] = [send("sleeping", "GET"), send("waiting", "POST")];
  const runaway = send("spinning");
  await expect(runaway.answer).rejects.toMatchObject({ code: "PLINTH_CPU_LIMIT" });
  await expect(unsafe.answer).rejects.toMatchObject({ code: "PLINTH_WORKER_LOST" });
  expect(await textOf(safe.answer)).toBe("hello");
  expect(failures).toEqual(["the program used more than its 100 ms of CPU time without waiting and was ended"]);
});

test("what waits in the queue when its worker is ended gets another worker", async () => {
  openPool({ concurrencyPerWorker: 1 });
  const runaway = send("spinning");
  const waiting = send("hello", "POST");
  await expect(runaway.answer).rejects.toMatchObject({ code: "PLINTH_CPU_LIMIT" });
  expect(await textOf(waiting.answer)).toBe("hello");
});

test("a request over the queue's limit is refused, and one that comes when another has ended is not", async () => {
  openPool({ concurrencyPerWorker: 1, queueLimit: 1 });
  const first = send("hello");
  const second = send("hello");
  expect(() => send("hello")).toThrow(expect.objectContaining({ code: "PLINTH_OVERLOADED" }));
  await Promise.all([first.finished, second.finished]);
  expect(await textOf(send("hello").answer)).toBe("hello");
});

test("a request that waits longer than its wall time is told so", async () => {
  openPool();
  await expect(send("waiting", "GET", { wallMs: 50 }).answer).rejects.toMatchObject({ code: "PLINTH_WALL_LIMIT" });
});

test("a request that is given up has its answer rejected, and runs to its end", async () => {
  openPool({ concurrencyPerWorker: 1, queueLimit: 0 });
  const { answer, cancel, finished } = send("sleeping");
  const reason = new Error("the client has gone");
  cancel(reason);
  await expect(answer).rejects.toBe(reason);
  expect(() => send("hello")).toThrow(expect.objectContaining({ code: "PLINTH_OVERLOADED" }));
  await finished;
  expect(await textOf(send("hello").answer)).toBe("hello");
});

test("when it is closed, requests under way are rejected, and none is sent again", async () => {
  openPool();
  const requests = [send("waiting", "GET"), send("waiting", "POST")];
  await pool.close();
  for (const { answer, finished } of requests) {
    await expect(answer).rejects.toMatchObject({ code: "PLINTH_SHUTTING_DOWN" });
    await finished;
  }
  expect(() => send("hello")).toThrow(expect.objectContaining({ code: "PLINTH_SHUTTING_DOWN" }));
});

test("a result that comes after the end of its worker does not fail the host", async () => {
  openPool();
  await send("hello").finished;
  const [first, second] = [send("hello"), send("hello")];
  await new Promise(setImmediate);
  // This thread reads nothing meanwhile, so that both results are there at once. The worker is ended when the first is
  // taken.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  expect(await textOf(first.answer)).toBe("hello");
  await pool.close();
  await second.finished;
});

test("a tenant that was cut begins in threads of its own, and its next cuts take no other tenant's requests", async () => {
  openPool({ workers: 2 });
  await expect(send("spinning").answer).rejects.toMatchObject({ code: "PLINTH_CPU_LIMIT" });
  const unsafe = Array.from({ length: 4 }, () => send("sleeping", "POST"));
  const runaways = Array.from({ length: 4 }, () => send("spinning"));
  for (const { answer } of runaways) await expect(answer).rejects.toMatchObject({ code: "PLINTH_CPU_LIMIT" });
  expect(await Promise.all(unsafe.map(({ answer }) => textOf(answer)))).toEqual(Array(4).fill("hello"));
});

test("one tenant's waiting requests leave places for another tenant", async () => {
  openPool({ concurrencyPerWorker: 8, queueLimit: 100 });
  const sleepers = Array.from({ length: 50 }, () => send("waiting", "POST"));
  const honest = Array.from({ length: 10 }, () => send("hello", "POST"));
  expect(await Promise.all(honest.map(({ answer }) => textOf(answer)))).toEqual(Array(10).fill("hello"));
  await pool.close();
  await Promise.all(sleepers.map(({ finished }) => finished));
});

test("the memory of requests that wait is limited by tenant, and given back", async () => {
  openPool();
  // The room is for a page of the command, and 18 pages of the WASI library with its files.
  const room = { waitingMemoryLimitBytes: 2 * MIB };
  const first = send("sleeping", "GET", room);
  const second = send("sleeping", "GET", room);
  await expect(second.answer).rejects.toMatchObject({ code: "PLINTH_TENANT_BUSY" });
  expect(await textOf(first.answer)).toBe("hello");
  expect(await textOf(send("sleeping", "GET", room).answer)).toBe("hello");
});
