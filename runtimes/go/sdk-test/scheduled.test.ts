import { beforeAll, describe, expect, test } from "vitest";
import { encodeReply } from "../../../host/bindings/message.ts";
import { buildProgram, findGo, testdata } from "./program.ts";
import { SdkSlot } from "./slot.fixture.ts";

const goroot = await findGo();
const name = goroot ? "Go SDK: scheduled runs" : "Go SDK: scheduled runs (skipped: no Go 1.25 to 1.27 on PATH)";

describe.skipIf(!goroot)(name, () => {
  let slot: SdkSlot;

  beforeAll(async () => {
    const program = await buildProgram(testdata("bindings.go"), { goroot: goroot! });
    slot = new SdkSlot(program, { mayWait: false, environment: { GREETING: "hello" } });
  }, 300_000);

  const run = (cron: string) => {
    slot.restore(slot.image);
    slot.logs = [];
    return slot.startScheduled(cron, 1_764_000_000_123);
  };

  test("get the expression and the time", () => {
    expect(run("*/5 * * * *")).toMatchObject({ tag: "response", val: { status: 200 } });
    expect(slot.logs).toEqual([{ level: "info", text: "*/5 * * * * at 2025-11-24T16:00:00.123Z" }]);
  });

  test("fail with the function's error, or its panic", () => {
    expect(run("fails")).toEqual({ tag: "failed", val: "the scheduled function: not today" });
    expect(run("panics")).toMatchObject({ tag: "failed", val: expect.stringContaining("at night") });
  });

  test("may call bindings and wait", () => {
    slot.answer = () => null;
    expect(run("writes")).toEqual({ tag: "pending" });
    const outcome = slot.resume([
      { operation: [...slot.calls.keys()][0]!, value: encodeReply({ value: { revision: 1 } }) },
    ]);
    expect(outcome).toMatchObject({ tag: "response", val: { status: 200 } });
  });
});
