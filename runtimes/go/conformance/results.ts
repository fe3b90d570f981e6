/** What a test binary has printed, and how two of them compare. */
import { readFileSync } from "node:fs";
import { endMark } from "./run-suite.ts";

type Outcome = "pass" | "fail" | "crash" | "timeout" | "no build";
export type TestStatus = "PASS" | "FAIL" | "SKIP";

export interface SuiteResult {
  /** `crash`: the binary has ended before its verdict; `fail`: some tests have failed. */
  outcome: Outcome;
  /** Why, where it is not a pass: the line that says most. */
  reason?: string;
  /** Bytes of the module. */
  bytes: number;
  /** Of tests, subtests and examples. */
  passed: number;
  failed: number;
  skipped: number;
  /** Building and running, ms. */
  buildMs: number;
  runMs: number;
  statuses: Record<string, TestStatus>;
}

export interface Difference {
  test: string;
  /** "-": it did not run. */
  slim: TestStatus | "-";
  static: TestStatus | "-";
}

/**
 * Stands before what the package testing prints under `-test.v=test2json`; what tests print themselves has no such mark.
 */
const mark = "\\x16";
const resultLine = new RegExp(`${mark}\\s*--- (PASS|FAIL|SKIP): (.+) \\(\\d+\\.\\d+s\\)$`, "gm");
const verdictLine = new RegExp(`^${mark}?(PASS|FAIL)$`, "gm");

/** The runs of one process, from the files that its output went to. */
export function readRuns(
  stdoutFile: string,
  stderrFile: string,
): Pick<SuiteResult, "outcome" | "reason" | "statuses">[] {
  const split = (file: string) => readFileSync(file, "latin1").split(endMark);
  const stdout = split(stdoutFile);
  const stderr = split(stderrFile);
  // What follows a mark is the end of the run before it, up to the end of the line.
  return stdout.slice(0, -1).map((text, run) => {
    const ended = stdout[run + 1]!.split("\n", 1)[0]!;
    return judge(text, stderr[run] ?? "", ended);
  });
}

function judge(stdout: string, stderr: string, ended: string): Pick<SuiteResult, "outcome" | "reason" | "statuses"> {
  const statuses: Record<string, TestStatus> = {};
  // Names may have addresses in them, which are others in each program.
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
 * The status that the tests have exited with. Start-up that exits is a failure for the SDK, which panics: on the base the
 * status stands in its message.
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
