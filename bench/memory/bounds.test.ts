import { describe, expect, test } from "vitest";
import { boundsOf, leastRatio, resolution } from "./bounds.ts";
import type { ArmResult } from "./measure.ts";
import { type MemoryReport, memoryRows, memoryTable } from "./report.ts";

const MIB = 2 ** 20;
const KIB = 1024;
const ms = { p50: 1, p99: 2 };

function arm(tenants: number, fixedBytes: number, perTenantBytes: number, secondRoundBytes: number): ArmResult {
  const timed = { coldMs: ms, warmMs: ms, deployMs: ms };
  return { tenants, uploadBytes: 1000, fixedBytes, perTenantBytes, secondRoundBytes, ...timed };
}

function report(static_: ArmResult, shared: ArmResult): MemoryReport {
  return {
    benchmark: "memory",
    runtime: "go",
    program: "hello",
    staticForm: "",
    date: "",
    machine: { cpus: 2, model: "", memoryBytes: 0, kernel: "", arch: "", node: "" },
    cpuIdle: "kept awake",
    arms: { static: static_, shared },
    ratio: { upload: 1, memory: 34_860.4, cold: 1 },
  };
}

function rowsOf(static_: ArmResult, shared: ArmResult) {
  const [, , memory, second] = memoryRows(report(static_, shared));
  return { memory: memory!, second: second! };
}

describe("what is measured of one tenant", () => {
  test("two readings of 0.2 % of the process each, divided by the tenants", () => {
    expect(resolution(arm(100, 300 * MIB, 0, 0))).toBeCloseTo((0.004 * 300 * MIB) / 100);
  });

  test("a tenant that takes much is a figure", () => {
    expect(boundsOf(arm(10, 337 * MIB, 13 * MIB, -910 * KIB))).toEqual({
      least: 13 * MIB - 910 * KIB,
      most: expect.closeTo(13 * MIB + (0.004 * 467 * MIB) / 10),
      measured: true,
    });
  });

  test.each([
    ["small", 1_679],
    ["none", 0],
    ["negative", -500],
  ])("one that is below what the process moves by itself has bounds: %s", (_, perTenant) => {
    const shared = arm(100, 300 * MIB, perTenant, 100);
    const { least, most, measured } = boundsOf(shared);
    expect([least, measured]).toEqual([0, false]);
    expect(most).toBeCloseTo(Math.max(0, perTenant) + resolution(shared));
  });

  test("what came in the second round may have belonged to the first", () => {
    expect(boundsOf(arm(1000, 223_347_712, 1_048, 7_242))).toMatchObject({ most: 8_290, measured: false });
  });

  test("a ratio is the least that both bounds allow, to two digits; none where nothing is known", () => {
    const bounds = (least: number, most: number) => ({ least, most, measured: false });
    expect(leastRatio(bounds(12_700, 14_000), bounds(0, 10))).toBe(1_200);
    expect(leastRatio(bounds(187, 300), bounds(0, 10))).toBe(18);
    expect(leastRatio(bounds(5, 30), bounds(0, 10))).toBeNull();
  });
});

describe("as it is shown", () => {
  const static_ = arm(10, 337 * MIB, 13 * MIB, -910 * KIB);

  test("no ratio of a figure and noise, and nothing negative", () => {
    const { memory, second } = rowsOf(static_, arm(100, 288 * MIB, 382, 737));
    expect(memory).toMatchObject({ static: "13.0 MiB", shared: "under 13 KiB", ratio: "over 1000x" });
    expect(second).toMatchObject({ static: "~0", shared: "~0" });
    expect(memoryTable(report(static_, arm(100, 288 * MIB, -382, -737)))).not.toMatch(/ -\d|34860/);
  });

  test("a growth that is one stays a figure", () => {
    const { memory, second } = rowsOf(static_, arm(1_000, 200 * MIB, 60_000, 30_000));
    expect(memory).toMatchObject({ shared: "58.6 KiB", ratio: "34860.4x" });
    expect(second.shared).toBe("29.3 KiB");
  });
});
