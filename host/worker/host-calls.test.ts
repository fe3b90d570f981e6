import { describe, expect, it } from "vitest";
import type { Grants, WorkerSide } from "../bindings/binding.ts";
import { CALL_HEAD_LIMIT_BYTES, decodeReply, encodeCall } from "../bindings/message.ts";
import { registry } from "../bindings/registry.ts";
import { openNothing, WorkerBindings } from "../bindings/worker-bindings.ts";
import { plinthError } from "../errors.ts";
import { LOG_LINE_BYTES } from "../protocol/log-line.ts";
import type { StepLimits } from "../protocol/slot-step.ts";
import { HostCalls } from "./host-calls.ts";

const limits: StepLimits = {
  cpuMs: 10_000,
  hardMs: 10_000,
  memoryPages: 1,
  responseBodyBytes: 1,
  logBytes: 20 + 2 * LOG_LINE_BYTES,
  operations: 3,
};

/** A binding that answers with its call, leaves "later" to the main thread, and fails if it is told to. */
const echo: WorkerSide<unknown> = {
  call({ method, arguments: named, body }, grant) {
    if (method === "later") return null;
    if (method === "fail") throw plinthError("PLINTH_BINDING_UNKNOWN", ["echo", "fail"]);
    return { value: { method, named: JSON.stringify(named), granted: String(grant) }, body };
  },
};

const grants: Grants = { vars: { GREETING: "hello" }, echo: "to echo" };
const bindings = new WorkerBindings(registry, [["echo", echo]]);

function begin(overrides: Partial<StepLimits> = {}, nextOperation = 1, open = openNothing) {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const calls = new HostCalls(memory, bindings);
  calls.begin({ ...limits, ...overrides }, nextOperation, open);
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
    const { host, bytes } = begin({ logBytes: 1 << 30 });
    const end = bytes.length;
    for (const [pointer, length] of [
      [end, 1],
      [-1, 1],
      [0, end + 1],
      [end - 6, 7],
    ] as const) {
      expect(() => host.log(1, pointer, length)).toThrow(RangeError);
      expect(() => host.random(pointer, length)).toThrow(RangeError);
      expect(() => host.call(pointer, length)).toThrow(RangeError);
    }
    expect(() => host.random(end - 6, 6)).not.toThrow();
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
    // The loop ends when the thread has had its CPU time, however long that takes. A step that is never interrupted
    // would run for ever.
    while (host.interrupted() === 0);
    expect(host.interrupted()).toBe(1);
    expect(calls.limitHit).toBe("cpu");
    calls.begin(limits, 1, openNothing);
    expect([host.interrupted(), calls.limitHit]).toEqual([0, null]);
  });

  /** Makes a call with the frame at 1000, and takes the reply to 2000. */
  function callWith(frame: Uint8Array, open = bindings.openGrants(grants)) {
    const begun = begin({}, 2, open);
    begun.bytes.set(frame, 1000);
    const operation = begun.host.call(1000, frame.length);
    const size = begun.host.reply_size();
    begun.host.reply_take(2000);
    return { ...begun, operation, reply: begun.bytes.subarray(2000, 2000 + size) };
  }

  const frame = (method: string, body = "") =>
    encodeCall({ binding: "echo", method, arguments: { key: "ä" }, body: new TextEncoder().encode(body) });

  it("let a binding answer at once, once", () => {
    const { operation, reply, host, calls } = callWith(frame("now", "some bytes"));
    expect(operation).toBe(0);
    const { value, body } = decodeReply(reply);
    expect(value).toEqual({ method: "now", named: '{"key":"ä"}', granted: "to echo" });
    expect(Buffer.from(body!).toString()).toBe("some bytes");
    expect([host.reply_size(), calls.calls.size]).toEqual([0, 0]);
  });

  it("leave to the main thread what a binding or no binding of the worker answers, and count it as an operation", () => {
    const { operation, host, calls } = callWith(frame("later"));
    expect([operation, host.reply_size()]).toEqual([2, 0]);
    expect(Buffer.from(calls.calls.get(2)!).equals(frame("later"))).toBe(true);
    expect(
      callWith(encodeCall({ binding: "other", method: "x", arguments: {}, body: new Uint8Array() })).operation,
    ).toBe(2);
    host.timer_cancel(2);
    expect(calls.calls.size).toBe(0);
    for (let i = 0; i < 3; i++) host.call(1000, frame("later").length);
    expect(() => host.call(1000, frame("later").length)).toThrow("more operations outstanding");
    expect(() => host.timer_start(1)).toThrow("more operations outstanding");
  });

  it("copy no more of calls in one step than the program's memory may have", () => {
    const { calls, host, bytes } = begin({ memoryPages: 1 });
    const call = encodeCall({ binding: "echo", method: "later", arguments: {}, body: new Uint8Array(40_000) });
    bytes.set(call, 1000);
    const operation = host.call(1000, call.length);
    host.timer_cancel(operation);
    expect(() => host.call(1000, call.length)).toThrow("more bytes than the program's memory");
    expect([calls.limitHit, calls.calls.size]).toEqual(["memory", 0]);
  });

  it("answer what cannot be read, and what fails, with an error", () => {
    const good = frame("now");
    const errorOf = (bytes: Uint8Array) => {
      const { operation, reply } = callWith(bytes);
      expect(operation).toBe(0);
      try {
        return decodeReply(reply);
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(errorOf(frame("fail"))).toBe("PLINTH_BINDING_UNKNOWN");
    const wrong = [
      good.subarray(0, 3),
      good.subarray(0, 20),
      Buffer.from([255, 255, 255, 255, 1]),
      encodeCall({ binding: "echo", method: "x".repeat(CALL_HEAD_LIMIT_BYTES), arguments: {}, body: new Uint8Array() }),
      Buffer.from([2, 0, 0, 0, 91, 93]),
    ];
    for (const bytes of wrong) expect(errorOf(bytes)).toBe("PLINTH_BINDING_CALL");
    expect(errorOf(Buffer.from("\x02\0\0\0{}"))).toBe("PLINTH_BINDING_CALL");
  });

  it("have the environment ready in a request's first step, and in no other", () => {
    const open = bindings.openGrants(grants);
    const first = begin({}, 1, open);
    expect(first.host.reply_size()).toBe(open.environment!.length);
    first.host.reply_take(0);
    expect(decodeReply(first.bytes.subarray(0, open.environment!.length)).value).toEqual({
      vars: { GREETING: "hello" },
      kv: [],
      assets: null,
    });
    expect(begin({}, 2, open).host.reply_size()).toBe(0);
    expect(begin().host.reply_size()).toBe(0);
    first.calls.begin(limits, 1, open);
    first.calls.begin(limits, 1, openNothing);
    expect(first.host.reply_size()).toBe(0);
  });
});
