import { expect, test } from "vitest";
import { decodeReply, encodeCall } from "../bindings/message.ts";
import { tenantLimitDefaults } from "../config/limits.ts";
import { HeldMemory } from "../fairness/held-memory.ts";
import type { WireResponse } from "../protocol/http.ts";
import { ResponseCalls } from "./response-calls.ts";
import type { SlimTarget } from "./target.ts";

const encoder = new TextEncoder();
const call = (method: string, text = "", named = {}) =>
  encodeCall({ binding: "response", method, arguments: named, body: encoder.encode(text) });
const head = (text = "", headers: unknown = []) => call("head", text, { status: 200, headers });
const failsWith = (code: string) => expect.objectContaining({ code });

function newCalls() {
  const answers: WireResponse[] = [];
  const failures: string[] = [];
  const limits = { ...tenantLimitDefaults, responseBodyLimitBytes: 10, wallMs: 50 };
  // No other part of a target is read.
  const target = { tenant: "shop", limits } as SlimTarget;
  const heldMemory = new HeldMemory(1000);
  const log = { add: () => {}, failure: (message: string) => void failures.push(message) };
  const calls = new ResponseCalls(target, heldMemory, log, (answer) => void answers.push(answer));
  return { calls, answers, failures, heldMemory };
}

async function read({ stream }: WireResponse): Promise<string> {
  let text = "";
  for (let piece = await stream!.next(); piece !== null; piece = await stream!.next()) text += Buffer.from(piece);
  return text;
}

test("knows its calls from those of bindings", () => {
  expect(ResponseCalls.has(head())).toBe(true);
  expect(ResponseCalls.has(encodeCall({ binding: "kv", method: "get", arguments: {}, body: new Uint8Array(0) }))).toBe(
    false,
  );
  expect(ResponseCalls.has(new Uint8Array(3))).toBe(false);
});

test("a head makes an answer, and what is written afterwards its body", async () => {
  const { calls, answers } = newCalls();
  expect(calls.take(head("a", [["x", "y"]]))).toBeNull();
  calls.take(call("write", "b"));
  calls.take(call("end", "c"));
  expect(answers).toMatchObject([{ status: 200, headers: [["x", "y"]] }]);
  expect(await read(answers[0]!)).toBe("abc");
});

test("a program that does not keep to the order fails, and its owner learns why", () => {
  const { calls, failures } = newCalls();
  const wrong = [call("write"), call("drained"), call("toString"), call("head"), head("", [["x"]]), head("", "x")];
  for (const frame of wrong) expect(() => calls.take(frame)).toThrow(failsWith("PLINTH_TENANT_EXCEPTION"));
  calls.take(head());
  for (const frame of [head(), call("toString")]) {
    expect(() => calls.take(frame)).toThrow(failsWith("PLINTH_TENANT_EXCEPTION"));
  }
  expect(failures).toHaveLength(8);
});

test("what waits for the client has a limit, and counts as held", async () => {
  const { calls, answers, heldMemory } = newCalls();
  calls.take(head("123456"));
  expect(heldMemory.of("shop")).toBe(6);
  expect(() => calls.take(call("write", "12345"))).toThrow(failsWith("PLINTH_RESPONSE_TOO_LARGE"));
  await answers[0]!.stream!.next();
  expect(heldMemory.of("shop")).toBe(0);
  calls.take(call("write", "12345"));
});

test("a body keeps to the length that its head states", () => {
  const stated = [["Content-Length", "3"]];
  const long = newCalls().calls;
  long.take(head("12", stated));
  expect(() => long.take(call("write", "34"))).toThrow(failsWith("PLINTH_BAD_RESPONSE"));
  const short = newCalls().calls;
  short.take(head("12", stated));
  expect(() => short.take(call("end"))).toThrow(failsWith("PLINTH_BAD_RESPONSE"));
  const right = newCalls().calls;
  right.take(head("12", stated));
  expect(right.take(call("end", "3"))).toBeNull();
});

test("a program that asks is told that it may write on, or that nobody reads any more", async () => {
  const { calls, answers } = newCalls();
  calls.take(head());
  expect(decodeReply((await calls.take(call("drained")))!).value).toBeNull();
  answers[0]!.stream!.abandon();
  const closed = (await calls.take(call("drained")))!;
  expect(() => decodeReply(closed)).toThrow(failsWith("PLINTH_RESPONSE_CLOSED"));
});

test("the wall time ends a request without a body that flows, and one whose body stands still", async () => {
  const { calls, answers } = newCalls();
  expect(calls.wallLeft()).toEqual(failsWith("PLINTH_WALL_LIMIT"));
  calls.take(head());
  const piece = answers[0]!.stream!.next();
  calls.take(call("write", "a"));
  await piece;
  expect(calls.wallLeft()).toBe(50);
  void answers[0]!.stream!.next();
  await expect.poll(() => calls.wallLeft()).toEqual(failsWith("PLINTH_STREAM_IDLE"));
});

test("a program ends the connection without a word in the log", async () => {
  const { calls, answers, failures } = newCalls();
  calls.take(head());
  calls.take(call("abort"));
  await expect(answers[0]!.stream!.next()).rejects.toEqual(failsWith("PLINTH_TENANT_EXCEPTION"));
  calls.break(new Error("the end of the request"));
  expect(failures).toEqual([]);
});
