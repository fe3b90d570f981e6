import { describe, expect, it } from "vitest";
import { HostCalls } from "./host-calls.ts";
import { LOG_LINE_BYTES, type StepLimits } from "./protocol.ts";

const limits: StepLimits = {
  cpuMs: 10_000,
  hardMs: 10_000,
  memoryPages: 1,
  responseBodyBytes: 1,
  logBytes: 20 + 2 * LOG_LINE_BYTES,
  operations: 3,
};

function begin(overrides: Partial<StepLimits> = {}, nextOperation = 1) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const calls = new HostCalls(memory);
  calls.begin({ ...limits, ...overrides }, nextOperation);
  const bytes = Buffer.from(memory.buffer);
  return { calls, bytes, host: calls.imports };
}

describe("the host's imports", () => {
  it("take log lines up to their limit and count the rest", () => {
    const { calls, bytes, host } = begin();
    bytes.write("héllo", 100);
    host.log(1, 100, 6);
    host.log(3, 100, 15);
    host.log(0, 100, 14);
    expect(calls.logs.map(({ level, message }) => [level, message.slice(0, 5)])).toEqual([
      ["info", "héllo"],
      ["debug", "héllo"],
    ]);
    expect(calls.logsDropped).toBe(1);
  });

  it("refuse ranges outside of the memory", () => {
    const { host } = begin({ logBytes: 1 << 30 });
    for (const [pointer, length] of [
      [65_536, 1],
      [-1, 1],
      [0, 65_537],
      [65_530, 7],
    ] as const) {
      expect(() => host.log(1, pointer, length)).toThrow(RangeError);
      expect(() => host.random(pointer, length)).toThrow(RangeError);
    }
    expect(() => host.random(65_530, 6)).not.toThrow();
  });

  it("give fresh random bytes at every call, few or many", () => {
    const { bytes, host } = begin();
    const seen = new Set<string>();
    for (let i = 0; i < 2_000; i++) {
      host.random(0, 16);
      seen.add(bytes.toString("hex", 0, 16));
    }
    expect(seen.size).toBe(2_000);
    host.random(0, 10_000);
    expect(new Set(bytes.subarray(0, 10_000)).size).toBe(256);
    expect(bytes.subarray(10_000).every((byte) => byte === 0)).toBe(true);
  });

  it("number timers on from earlier steps, and tell which of those were cancelled", () => {
    const { calls, host } = begin({}, 5);
    expect([host.timer_start(10), host.timer_start(Number.NaN), host.timer_start(-1)]).toEqual([5, 6, 7]);
    host.timer_cancel(6);
    host.timer_cancel(4);
    host.timer_cancel(99);
    host.timer_cancel(0);
    expect([...calls.timers]).toEqual([
      [5, 10],
      [7, 0],
    ]);
    expect(calls.cancelled).toEqual([4]);
  });

  it("refuse more operations at once than the limit", () => {
    const { calls, host } = begin();
    for (let i = 0; i < 3; i++) host.timer_start(1);
    expect(() => host.timer_start(1)).toThrow("more operations outstanding");
    expect(calls.limitHit).toBe("operations");
  });

  it("interrupt a step that has used up its CPU time", () => {
    const { calls, host } = begin({ cpuMs: 20 });
    expect(host.interrupted()).toBe(0);
    const end = performance.now() + 200;
    while (performance.now() < end && host.interrupted() === 0);
    expect(host.interrupted()).toBe(1);
    expect(calls.limitHit).toBe("cpu");
    calls.begin(limits, 1);
    expect([host.interrupted(), calls.limitHit]).toEqual([0, null]);
  });
});
