import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { machineClocks } from "./clocks.ts";

describe("the machine's clocks", () => {
  it("tell the thread's CPU time as Node has it", () => {
    const usage = () => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1000;
    };
    const before = usage();
    const between = machineClocks.threadCpuMs();
    expect(between).toBeGreaterThanOrEqual(before);
    expect(between).toBeLessThanOrEqual(usage());
  });

  it("go on in another thread from where this one has read them", async () => {
    const source = `
      import(${JSON.stringify(new URL("./clocks.ts", import.meta.url).href)}).then(({ machineClocks }) =>
        require("node:worker_threads").parentPort.postMessage(machineClocks.monotonicNs()));`;
    const before = machineClocks.monotonicNs();
    const [there] = (await once(new Worker(source, { eval: true }), "message")) as [bigint];
    expect(there).toBeGreaterThan(before);
    expect(machineClocks.monotonicNs()).toBeGreaterThan(there);
  });
});
