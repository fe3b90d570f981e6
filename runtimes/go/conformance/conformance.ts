/** Links the test suite of one package slim and statically, runs both on the same files and compares them. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GoRuntimePackage } from "../build.ts";
import type { Toolchain } from "../toolchain.ts";
import { buildSlim, buildStatic } from "./build-suite.ts";
import { type KnownDifference, knownDifferences } from "./known-differences.ts";
import { compare, count, type Difference, readRuns, type SuiteResult } from "./results.ts";
import type { SuiteJob } from "./run-suite.ts";
import { stageFiles } from "./staging.ts";

export interface ConformanceOptions {
  /** Memory limit of the tests on the base, in wasm pages of 64 KiB. A static module has only its memory's own limit. */
  memoryPages: number;
  /** Time after which the process is killed, ms. */
  timeoutMs: number;
  /** Number of runs of the suite in its slot, which is restored before each run. */
  runs: number;
}

export const defaults: ConformanceOptions = { memoryPages: 16_384, timeoutMs: 180_000, runs: 1 };

export interface PackageResult {
  package: string;
  slim: SuiteResult;
  static: SuiteResult;
  /** `same`: every test has ended alike. `explained`: every difference is a known one, with a reason. */
  verdict: "same" | "explained" | "differs";
  explained: (KnownDifference & { differences: Difference[] })[];
  unexplained: Difference[];
}

/** Stack of the tests' process, KiB. Go's recursion uses V8's stack, and some tests recurse deeply. */
const STACK_KIB = 6000;

export async function runPackage(
  toolchain: Toolchain,
  runtime: GoRuntimePackage,
  pkg: string,
  options: ConformanceOptions = defaults,
): Promise<PackageResult> {
  const known = (knownDifferences[pkg] ?? []).filter(({ go = toolchain.minor }) => go === toolchain.minor);
  const work = mkdtempSync(join(tmpdir(), "plinth-conformance-"));
  try {
    const symbols = join(runtime.folder, runtime.manifest.files.symbols!.path);
    const slimProgram = (module: string) => ({ ...options, module, runtime: runtime.folder });
    const build = {
      slim: () => buildSlim(toolchain, pkg, symbols, work),
      static: () => buildStatic(toolchain, pkg, work),
    };
    const skip = known.filter((difference) => difference.skip).flatMap(({ tests }) => tests);
    const slim = await runArm(join(work, "slim"), build.slim, slimProgram, skip);
    const fixed = await runArm(join(work, "static"), build.static, (module) => module, []);
    return { package: pkg, slim, static: fixed, ...conclude(slim, fixed, known) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }

  async function runArm(
    folder: string,
    build: () => Promise<string>,
    program: (module: string) => SuiteJob["program"],
    skip: readonly string[],
  ): Promise<SuiteResult> {
    const began = performance.now();
    let module: string;
    try {
      module = await build();
    } catch (error) {
      const reason = (error as Error).message.split("\n").find((line) => line !== "" && !line.startsWith("#"));
      const none = { bytes: 0, passed: 0, failed: 0, skipped: 0, runMs: 0, statuses: {} };
      return { outcome: "no build", reason: reason ?? "", buildMs: performance.now() - began, ...none };
    }
    const built = performance.now();
    const root = join(folder, "root");
    mkdirSync(root, { recursive: true });
    const { preopens, environment } = stageFiles(toolchain.goroot, pkg, root);
    const args = [`${pkg}.test`, "-test.v=test2json", "-test.short"];
    if (skip.length > 0) args.push(`-test.skip=^(${skip.join("|")})$`);
    const job: SuiteJob = { settings: { args, environment, preopens }, program: program(module) };
    const ended = await runProcess(folder, job, options);
    return {
      ...ended,
      bytes: statSync(module).size,
      ...count(ended.statuses),
      buildMs: built - began,
      runMs: performance.now() - built,
    };
  }
}

/** Each arm runs in a separate process, so that a crash or a hang stays in it. */
async function runProcess(
  folder: string,
  job: SuiteJob,
  { timeoutMs, runs }: ConformanceOptions,
): Promise<Pick<SuiteResult, "outcome" | "reason" | "statuses">> {
  const file = join(folder, "job.json");
  writeFileSync(file, JSON.stringify(job));
  const outputs = [join(folder, "stdout"), join(folder, "stderr")] as const;
  const [stdout, stderr] = outputs.map((path) => openSync(path, "w"));
  const suite = join(import.meta.dirname, "run-suite.ts");
  const args = ["--no-warnings", `--stack-size=${STACK_KIB}`, suite, file];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", stdout!, stderr!],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (_code, by) => resolve(by));
  });
  for (const descriptor of [stdout!, stderr!]) closeSync(descriptor);
  const ended = readRuns(...outputs);
  const [first] = ended;
  if (signal === "SIGKILL") {
    return { outcome: "timeout", reason: `still running after ${timeoutMs} ms`, statuses: first?.statuses ?? {} };
  }
  if (first === undefined) return { outcome: "crash", reason: `the process has died (${signal})`, statuses: {} };
  // Every run begins with the same memory, so it must end alike.
  const other = ended.findIndex(
    (run) => run.outcome !== first.outcome || compare(run.statuses, first.statuses).length > 0,
  );
  const expected = typeof job.program === "string" ? 1 : runs;
  if (other >= 0 || ended.length !== expected) {
    const which = other >= 0 ? other : ended.length;
    return {
      outcome: "crash",
      reason: `run ${which + 1} in the restored slot has ended otherwise`,
      statuses: first.statuses,
    };
  }
  return first;
}

function conclude(
  slim: SuiteResult,
  fixed: SuiteResult,
  known: readonly KnownDifference[],
): Pick<PackageResult, "verdict" | "explained" | "unexplained"> {
  const differences = compare(slim.statuses, fixed.statuses);
  const belongs = ({ test }: Difference, { tests }: KnownDifference) => tests.includes(test.split("/", 1)[0]!);
  const explained = known
    .map((entry) => ({ ...entry, differences: differences.filter((difference) => belongs(difference, entry)) }))
    .filter((entry) => entry.differences.length > 0);
  const unexplained = differences.filter((difference) => !known.some((entry) => belongs(difference, entry)));
  const ended = (outcome: string) => outcome === "pass" || outcome === "fail";
  const alike = slim.outcome === fixed.outcome || (ended(slim.outcome) && ended(fixed.outcome));
  if (unexplained.length > 0 || !alike) return { verdict: "differs", explained, unexplained };
  return { verdict: explained.length > 0 ? "explained" : "same", explained, unexplained };
}
