import { describe, expect, it } from "vitest";
import { openNothing, WorkerBindings } from "../bindings/worker-bindings.ts";
import { HostCalls } from "./host-calls.ts";
import { OutputLog } from "./output-log.ts";

const limits = { cpuMs: 1, hardMs: 1, memoryPages: 1, responseBodyBytes: 1, logBytes: 100_000, operations: 1 };

function begin() {
  const calls = new HostCalls(new WebAssembly.Memory({ initial: 1 }), new WorkerBindings([], []));
  const log = new OutputLog(calls);
  const beginStep = () => {
    calls.begin(limits, 1, openNothing);
    log.begin();
  };
  beginStep();
  const write = (output: 1 | 2, text: string) => log.write(output, Buffer.from(text));
  const lines = () => calls.logs.map(({ level, source, message }) => `${level} ${source}: ${message}`);
  return { calls, log, beginStep, write, lines };
}

describe("a program's outputs", () => {
  it("are lines of the log, whatever pieces they are written in", () => {
    const { log, write, lines } = begin();
    write(1, "one\ntw");
    write(2, "three");
    write(1, "o\n\n");
    log.endLines();
    expect(lines()).toEqual(["info output: one", "info output: two", "info output: ", "error output: three"]);
  });

  it("are decoded across pieces, each for itself", () => {
    const { log, lines } = begin();
    const [first, last] = [Buffer.from("ä").subarray(0, 1), Buffer.from("ä\n").subarray(1)];
    log.write(1, first);
    log.write(2, Buffer.from("x\n"));
    log.write(1, last);
    expect(lines()).toEqual(["error output: x", "info output: ä"]);
  });

  it("cut a line that does not end", () => {
    const { write, calls } = begin();
    for (let i = 0; i < 5; i++) write(1, "x".repeat(5_000));
    expect(calls.logs.map(({ message }) => message.length)).toEqual([20_000]);
  });

  it("leave nothing of a line to the next step", () => {
    const { log, beginStep, write, lines } = begin();
    write(1, "unfinished");
    log.endLines();
    beginStep();
    write(1, "next\n");
    expect(lines()).toEqual(["info output: next"]);
  });

  it("give standard error away, and leave the rest in the log", () => {
    const { log, beginStep, write, lines } = begin();
    write(2, "panic: no\n\ngoroutine 1");
    write(1, "out\n");
    expect(log.takeErrorOutput()).toBe("panic: no\n\ngoroutine 1");
    expect(lines()).toEqual(["info output: out"]);
    beginStep();
    expect(log.takeErrorOutput()).toBe("");
  });
});
