import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compare, count, readRuns } from "./results.ts";
import { endMark } from "./run-suite.ts";

const mark = "\x16";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-results-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the output of a process: for each run its text and its end. */
function runs(...written: { stdout: string; stderr?: string; ended: string }[]) {
  const files = (["stdout", "stderr"] as const).map((which) => {
    const file = join(folder, which);
    writeFileSync(file, written.map((run) => `${run[which] ?? ""}\n${endMark}${run.ended}\n`).join(""));
    return file;
  });
  return readRuns(files[0]!, files[1]!);
}

test("results of tests, subtests and examples are counted, and what a test prints is not", () => {
  const stdout = `${mark}=== RUN   TestA
--- FAIL: TestFake (0.00s)
no newline${mark}--- PASS: TestA/sub_test (0.01s)
${mark}--- PASS: TestA (0.02s)
${mark}    --- SKIP: TestB (0.00s)
${mark}--- PASS: ExampleC (0.00s)
${mark}PASS
`;
  const [run] = runs({ stdout, ended: "0" });
  expect(run).toEqual({
    outcome: "pass",
    statuses: { "TestA/sub_test": "PASS", TestA: "PASS", TestB: "SKIP", ExampleC: "PASS" },
  });
  expect(count(run!.statuses)).toEqual({ passed: 3, failed: 0, skipped: 1 });
});

test("on the base the exit status stands in the SDK's message", () => {
  const stderr = "panic: main has called os.Exit(0): nothing is left to serve requests\n\ngoroutine 1 [running]:\n";
  expect(runs({ stdout: `${mark}PASS\n`, stderr, ended: "2" })[0]!.outcome).toBe("pass");
  const failed = stderr.replace("(0)", "(1)");
  expect(runs({ stdout: `${mark}FAIL\n`, stderr: failed, ended: "2" })[0]!.outcome).toBe("fail");
  const leaked = runs({ stdout: `${mark}PASS\n`, stderr: failed, ended: "2" })[0]!;
  expect(leaked).toMatchObject({ outcome: "crash", reason: "exit 1" });
});

test("a suite without a verdict has crashed, and its first cry is the reason", () => {
  const stdout = `${mark}--- PASS: TestA (0.00s)\npanic: index out of range\n`;
  const [run] = runs({ stdout, stderr: "goroutine 7 [running]:\n", ended: "2" });
  expect(run).toEqual({ outcome: "crash", reason: "panic: index out of range", statuses: { TestA: "PASS" } });
  expect(runs({ stdout: "", ended: "error RangeError: Maximum call stack size exceeded" })[0]!.reason).toContain(
    "RangeError",
  );
});

test("each run in a slot is judged by itself", () => {
  const ended = runs(
    { stdout: `${mark}--- PASS: TestA (0.00s)\n${mark}PASS\n`, ended: "0" },
    { stdout: `${mark}--- FAIL: TestA (0.00s)\n${mark}FAIL\n`, ended: "1" },
  );
  expect(ended.map(({ outcome }) => outcome)).toEqual(["pass", "fail"]);
  expect(compare(ended[1]!.statuses, ended[0]!.statuses)).toEqual([{ test: "TestA", slim: "FAIL", static: "PASS" }]);
});

test("a test that one arm has not run is a difference", () => {
  expect(compare({ TestA: "PASS" }, { TestA: "PASS", TestB: "SKIP" })).toEqual([
    { test: "TestB", slim: "-", static: "SKIP" },
  ]);
});
