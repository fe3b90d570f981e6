import { expect, test } from "vitest";
import { cpuBetween, parsePeak, parseStat, readCpu, readPeak, resetPeak } from "./process-cpu.ts";

test("a line of /proc/PID/stat gives the name and the CPU time, whatever stands in the name", () => {
  const rest = "S 1 2 3 0 -1 4194560 100 0 0 0 150 25 0 0 20 0 11 0 1000 2000 300";
  expect(parseStat(`42 (node) ${rest}`)).toEqual({ name: "node", us: 1_750_000 });
  expect(parseStat(`42 (a ) (b) 7) ${rest}`)).toEqual({ name: "a ) (b) 7", us: 1_750_000 });
});

test.each(["", "42 (node) S 1 2", "42 node S"])("a line that is none is refused: %j", (line) => {
  expect(() => parseStat(line)).toThrow("/proc/PID/stat");
});

test("threads of one name count together, new ones from zero", () => {
  const reading = (threads: [number, string, number][]) => ({
    totalUs: 0,
    threads: new Map(threads.map(([id, name, us]) => [id, { name, us }])),
  });
  const before = reading([
    [1, "main", 100],
    [2, "worker", 10],
    [4, "ended", 10],
  ]);
  const after = reading([
    [1, "main", 150],
    [2, "worker", 30],
    [3, "worker", 5],
  ]);
  expect(cpuBetween(before, after)).toEqual({ main: 50, worker: 25 });
});

test("peak memory is VmHWM, and a status without it is refused", () => {
  expect(parsePeak("VmPeak:\t 9000 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n")).toBe(2_097_152);
  expect(() => parsePeak("VmRSS:\t 1 kB\n")).toThrow("VmHWM");
});

test("a real process has a main thread, CPU time and a peak", async () => {
  const pids = [process.pid];
  await resetPeak(pids);
  const before = await readCpu(pids);
  const after = await readCpu(pids);
  expect(after.totalUs).toBeGreaterThanOrEqual(before.totalUs);
  expect(after.threads.get(process.pid)).toMatchObject({ name: "main" });
  expect(await readPeak(pids)).toBeGreaterThan(2 ** 20);
});
