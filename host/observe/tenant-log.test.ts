import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TenantName } from "../store/names.ts";
import { LogAllowance } from "./log-rate.ts";
import { testLogs } from "./logs.fixture.ts";
import type { TenantLogs } from "./tenant-log.ts";

const shop = "shop" as TenantName;
const blog = "blog" as TenantName;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-logs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const messages = async (logs: TenantLogs, tenant = shop, limit = 10_000) =>
  (await logs.read({ tenant, limit })).lines.map(({ message }) => message);
const console_ = (message: string, time = Date.now()) => ({ time, level: "info", source: "console", message }) as const;

describe("what is kept", () => {
  test("has the request, the version, the source and the level, and outlives the process", async () => {
    {
      await using logs = testLogs(folder);
      const log = logs.forRequest(shop, 3, "req-1");
      log.add([console_("hello", 1_000_000_000_000 + Date.now()), { ...console_("raw"), source: "output" }], 2);
      log.failure("it broke", null);
      logs.forRequest(blog, 1, "req-2").add([console_("another tenant's")], 0);
    }
    await using logs = testLogs(folder);
    const { lines } = await logs.read({ tenant: shop, limit: 10 });
    const of = { version: 3, request: "req-1" };
    expect(lines).toMatchObject([
      { ...of, level: "info", source: "output", message: "raw" },
      { ...of, level: "warn", source: "host", message: "2 log lines over the limit were dropped" },
      { ...of, level: "error", source: "host", message: "it broke" },
      // The time of this line makes it the last one by far.
      { ...of, level: "info", source: "console", message: "hello" },
    ]);
  });

  test("is bounded by tenant: the oldest lines go", async () => {
    await using logs = testLogs(folder, { rate: { linesPerSecond: 1e6, bytesPerSecond: 1e9 } });
    logs.note(blog, null, "info", "quiet");
    const long = "x".repeat(900);
    // 300 lines of about 1,000 bytes with a limit of 100,000.
    for (let i = 0; i < 300; i++) logs.note(shop, null, "info", `${i} ${long}`);
    const kept = await messages(logs);
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept.length).toBeGreaterThan(80);
    expect(kept.at(-1)).toBe(`299 ${long}`);
    expect(await messages(logs, blog)).toEqual(["quiet"]);
  });

  test("is bounded in all: who has most gives up most", async () => {
    const retention = { ageMs: 3_600_000, tenantBytes: 1_000_000, totalBytes: 50_000 };
    await using logs = testLogs(folder, { retention });
    for (let i = 0; i < 10; i++) logs.note(blog, null, "info", "b".repeat(900));
    for (let i = 0; i < 90; i++) logs.note(shop, null, "info", "s".repeat(900));
    expect((await messages(logs, blog)).length).toBe(10);
    expect((await messages(logs)).length).toBeLessThanOrEqual(40);
  });

  test("is not found when it is too old", async () => {
    await using logs = testLogs(folder);
    logs.forRequest(shop, 1, "r").add([console_("old", Date.now() - 3_600_001), console_("new")], 0);
    expect(await messages(logs)).toEqual(["new"]);
  });

  test("goes with its tenant, and what its last requests say is nobody's", async () => {
    await using logs = testLogs(folder);
    const late = logs.forRequest(shop, 1, "late");
    late.add([console_("before")], 0);
    logs.forget(shop);
    late.add([console_("after")], 0);
    logs.forRequest(shop, 2, "r").add([console_("the next tenant of that name")], 0);
    expect(await messages(logs)).toEqual(["the next tenant of that name"]);
  });
});

describe("the rate", () => {
  test("is ten seconds' worth at once, then what time brings", () => {
    const allowance = new LogAllowance({ linesPerSecond: 2, bytesPerSecond: 1_000 }, 0);
    const takes = (now: number) => {
      let taken = 0;
      while (allowance.take(100, now)) taken++;
      return taken;
    };
    expect([takes(0), takes(0), takes(500), takes(2_500), takes(1_000_000)]).toEqual([20, 0, 1, 4, 20]);
    expect(new LogAllowance({ linesPerSecond: 100, bytesPerSecond: 10 }, 0).take(101, 0)).toBe(false);
  });

  test("drops what is over it, and says how much", async () => {
    await using logs = testLogs(folder, { rate: { linesPerSecond: 0.5, bytesPerSecond: 1e6 } });
    const log = logs.forRequest(shop, 1, "r");
    log.add(
      Array.from({ length: 100 }, (_, i) => console_(String(i))),
      0,
    );
    logs.forRequest(blog, 1, "r").add([console_("not concerned")], 0);
    await expect.poll(() => messages(logs)).toHaveLength(6);
    expect((await messages(logs)).at(-1)).toBe(
      "95 log lines were dropped: the tenant may log 0.5 lines and 1000000 bytes a second",
    );
    expect(await messages(logs, blog)).toEqual(["not concerned"]);
  });

  test("too many lines at once for the store are dropped and counted", async () => {
    await using logs = testLogs(folder, {
      rate: { linesPerSecond: 1e9, bytesPerSecond: 1e12 },
      retention: { ageMs: 3_600_000, tenantBytes: 1e9, totalBytes: 1e9 },
    });
    for (let i = 0; i < 50_100; i++) logs.note(shop, null, "info", "x");
    const last = async () => (await messages(logs, shop, 1))[0];
    await expect.poll(last).toBe("100 log lines were dropped: the host could not keep up with them");
  });
});

describe("a live view", () => {
  const read = (text: string) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line).message);

  test("has the lines that match, from its beginning on", async () => {
    await using logs = testLogs(folder);
    logs.note(shop, null, "error", "too early");
    const tail = logs.tail(shop, { level: "warn", search: "Cart" });
    logs.note(shop, null, "info", "cart of no weight");
    logs.note(shop, null, "error", "nothing that is looked for");
    logs.note(blog, null, "error", "another tenant's cart");
    logs.note(shop, null, "warn", "the CART is full");
    logs.endTails();
    expect(read((await tail.toArray()).join(""))).toEqual(["the CART is full"]);
  });

  test("loses lines that nobody reads, and says how many", async () => {
    await using logs = testLogs(folder, { rate: { linesPerSecond: 1e6, bytesPerSecond: 1e9 } });
    const tail = logs.tail(shop, {});
    for (let i = 0; i < 1_000; i++) logs.note(shop, null, "info", "x".repeat(1_000));
    // The reader comes back. It finds the lines that have waited, the note, and the lines after it.
    let text = "";
    tail.on("data", (chunk) => {
      text += chunk;
    });
    while (!text.includes("left out")) await setImmediate();
    logs.note(shop, null, "info", "afterwards");
    while (!text.includes("afterwards")) await setImmediate();
    const seen = read(text);
    const lines = seen.filter((message) => message.startsWith("xxx")).length;
    expect(lines).toBeLessThan(1_000);
    expect(seen).toContain(`${1_000 - lines} lines were left out: they came faster than they were read`);
    expect(seen.at(-1)).toBe("afterwards");
    tail.destroy();
  });

  test("is one of a limited number", async () => {
    await using logs = testLogs(folder);
    const tails = [1, 2, 3].map(() => logs.tail(shop, {}));
    expect(() => logs.tail(shop, {})).toThrow(expect.objectContaining({ code: "PLINTH_TAILS" }));
    logs.tail(blog, {}).destroy();
    tails[0]!.destroy();
    await setImmediate();
    for (const tail of [logs.tail(shop, {}), ...tails]) tail.destroy();
  });

  test("ends with its tenant", async () => {
    await using logs = testLogs(folder);
    const tail = logs.tail(shop, {});
    logs.forget(shop);
    expect(read((await tail.toArray()).join(""))).toEqual([]);
  });
});
