/** Reads the output of a test binary, and compares two of them. */
import { readFileSync } from "node:fs";
import { endMark } from "./run-suite.ts";

type Outcome = "pass" | "fail" | "crash" | "timeout" | "no build";
export type TestStatus = "PASS" | "FAIL" | "SKIP";

export interface SuiteResult {
  /** `crash`: the binary ended before its verdict. `fail`: some tests failed. */
  outcome: Outcome;
  /** Reason of a status other than `pass`: the line that says most. */
  reason?: string;
  /** Size of the module, bytes. */
  bytes: number;
  /** Results of tests, subtests and examples, by name. */
  passed: number;
  failed: number;
  skipped: number;
  /** Time for building and running, ms. */
  buildMs: number;
  runMs: number;
  statuses: Record<string, TestStatus>;
}

export interface Difference {
  test: string;
  /** "-" stands for a test that did not run. */
  slim: TestStatus | "-";
  static: TestStatus | "-";
}

/**
 * The package testing prints this mark before its lines under `-test.v=test2json`. A test's own lines have no mark.
 */
const mark = "\\x16";
const resultLine = new RegExp(`${mark}\\s*--- (PASS|FAIL|SKIP): (.+) \\(\\d+\\.\\d+s\\)$`, "gm");
const verdictLine = new RegExp(`^${mark}?(PASS|FAIL)$`, "gm");

/** Reads the runs of one process from the files with its output. */
export function readRuns(
  stdoutFile: string,
  stderrFile: string,
): Pick<SuiteResult, "outcome" | "reason" | "statuses">[] {
  const split = (file: string) => readFileSync(file, "latin1").split(endMark);
  const stdout = split(stdoutFile);
  const stderr = split(stderrFile);
  // The text after a mark tells the end of the run before it, up to the end of the line.
  return stdout.slice(0, -1).map((text, run) => {
    const ended = stdout[run + 1]!.split("\n", 1)[0]!;
    return judge(text, stderr[run] ?? "", ended);
  });
}

function judge(stdout: string, stderr: string, ended: string): Pick<SuiteResult, "outcome" | "reason" | "statuses"> {
  const statuses: Record<string, TestStatus> = {};
  // Names may contain addresses, which differ from program to program.
  for (const [, status, name] of stdout.matchAll(resultLine)) {
    statuses[name!.replace(/0x[0-9a-f]+/g, "0x...")] = status as TestStatus;
  }
  const exit = exitStatus(stderr, ended);
  const said = [...stdout.matchAll(verdictLine)].at(-1)?.[1];
  if (said === "PASS" && exit === 0) return { outcome: "pass", statuses };
  if (said === "FAIL" && exit === 1) return { outcome: "fail", statuses };
  return { outcome: "crash", reason: said === undefined ? deathCry(stdout, stderr, ended) : `exit ${exit}`, statuses };
}

/**
 * The exit status of the tests. A start-up that exits is a failure for the SDK, which panics. On the base the SDK's message
 * has the status.
 */
function exitStatus(stderr: string, ended: string): number {
  const told = /^panic: main has called os\.Exit\((-?\d+)\)/m.exec(stderr)?.[1];
  return Number.parseInt(told ?? ended, 10);
}

function deathCry(stdout: string, stderr: string, ended: string): string {
  const cries = /^(panic|fatal error|runtime): .*$/gm;
  const said = [...`${stdout}\n${stderr}`.matchAll(cries)].map(([line]) => line);
  const own = said.filter((line) => !line.startsWith("panic: main has called os.Exit"));
  return (own[0] ?? lastLine(stderr) ?? `ended: ${ended}`).slice(0, 200);
}

function lastLine(text: string): string | undefined {
  return text
    .trim()
    .split("\n")
    .find((line) => line !== "" && !line.startsWith("panic: main has called"));
}

export function count(statuses: Record<string, TestStatus>): Pick<SuiteResult, "passed" | "failed" | "skipped"> {
  const all = Object.values(statuses);
  const having = (wanted: TestStatus) => all.filter((status) => status === wanted).length;
  return { passed: having("PASS"), failed: having("FAIL"), skipped: having("SKIP") };
}

export function compare(slim: Record<string, TestStatus>, fixed: Record<string, TestStatus>): Difference[] {
  const tests = [...new Set([...Object.keys(fixed), ...Object.keys(slim)])];
  return tests
    .map((test) => ({ test, slim: slim[test] ?? ("-" as const), static: fixed[test] ?? ("-" as const) }))
    .filter((difference) => difference.slim !== difference.static);
}
