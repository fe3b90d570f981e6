/** The two arms of the memory benchmark. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEPLOY_WORKER_IDLE_MS } from "../../host/deploy/deployer.ts";
import { type HostProcess, startHostProcess } from "../host-process.ts";
import { percentile } from "../statistics.ts";
import { admin, closeConnections, get } from "./client.ts";
import { settledMemory } from "./process-memory.ts";
import { type Arm, answerOf, buildArm, type Program } from "./programs.ts";

export interface ArmResult {
  tenants: number;
  /** Of one tenant. */
  uploadBytes: number;
  /** The host with its slots in use and the tenants deployed, none of them called. */
  fixedBytes: number;
  /** What a tenant adds once it has been called: registered, its code compiled, its delta and instance in memory. */
  perTenantBytes: number;
  /** What all tenants' second calls add to that, per tenant: near zero where memory is flat. */
  secondRoundBytes: number;
  /** Deployed, never run in this process, to the first byte of the response. */
  coldMs: Percentiles;
  warmMs: Percentiles;
  deployMs: Percentiles;
}

interface Percentiles {
  p50: number;
  p99: number;
}

/** Tenants that fill slots and warm the process up before anything is measured. */
const WARM = {
  shared: { tenants: 16, calls: 1_500 },
  static: { tenants: 2, calls: 50 },
} as const;

/** An arm's host, which has its tenants deployed and has called none of them. */
interface ArmUnderTest {
  host: HostProcess;
  program: Program;
  tenants: number;
  uploadBytes: number;
  deployMs: number[];
}

/**
 * Measures both arms, each in processes of its own. The timed requests take turns: what slows the machine down for a while
 * slows both.
 *
 * @param tenants of each arm
 * @param rest whether to wait until the hosts have let go what starting took: for runs of more than half a minute
 */
export async function measureArms(
  program: Program,
  tenants: Record<Arm, number>,
  rest: boolean,
  say: (text: string) => void,
): Promise<Record<Arm, ArmResult>> {
  await using undo = new AsyncDisposableStack();
  undo.defer(closeConnections);
  const shared = await startArm(program, "shared", tenants.shared, undo, say);
  const static_ = await startArm(program, "static", tenants.static, undo, say);
  const arms = [shared, static_];
  // A host makes one deploy of its own when it starts; the worker thread for deploys goes when none has come for a while. A
  // short run is over before that.
  if (rest) {
    say("waiting until the hosts are at rest");
    await sleep(DEPLOY_WORKER_IDLE_MS + 5_000);
  }
  say(`warming both hosts up with ${WARM.shared.calls + WARM.static.calls} calls of other tenants`);
  await warmUp(shared, WARM.shared);
  await warmUp(static_, WARM.static);
  say("waiting until their memory stands still, 10 s at most");
  const before = await memoryOf(arms);
  const cold = await callInTurns(arms);
  say("called each tenant once; waiting until memory stands still");
  const afterFirst = await memoryOf(arms);
  const warm = await callInTurns(arms);
  say("called each tenant twice; waiting until memory stands still");
  const afterSecond = await memoryOf(arms);
  const [sharedResult, staticResult] = arms.map((arm, i) => ({
    tenants: arm.tenants,
    uploadBytes: arm.uploadBytes,
    fixedBytes: before[i]!,
    perTenantBytes: Math.round((afterFirst[i]! - before[i]!) / arm.tenants),
    secondRoundBytes: Math.round((afterSecond[i]! - afterFirst[i]!) / arm.tenants),
    coldMs: percentiles(cold[i]!),
    warmMs: percentiles(warm[i]!),
    deployMs: percentiles(arm.deployMs),
  }));
  return { shared: sharedResult!, static: staticResult! };
}

/** Deploys in one process and starts a fresh one on the same data, where the tenants are cold. */
async function startArm(
  program: Program,
  arm: Arm,
  tenants: number,
  undo: AsyncDisposableStack,
  say: (text: string) => void,
): Promise<ArmUnderTest> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "plinth-bench-"));
  undo.defer(() => rm(dataDir, { recursive: true, force: true }));
  const sayOf = (text: string) => say(`${arm}: ${text}`);
  sayOf("building the program");
  const upload = await buildArm(program, arm);
  const deployMs = await deployAll(dataDir, upload, tenants + WARM[arm].tenants, sayOf);
  sayOf("starting another host on the same data, which has called none of them");
  const host = undo.use(await startHostProcess(dataDir));
  return {
    host,
    program,
    tenants,
    uploadBytes: upload(0).length,
    deployMs,
  };
}

/** How long the deploys go on without a word, ms. */
const SAY_EVERY_MS = 3_000;

async function deployAll(
  dataDir: string,
  upload: (tenant: number) => Uint8Array,
  tenants: number,
  say: (text: string) => void,
): Promise<number[]> {
  say("starting a host");
  await using host = await startHostProcess(dataDir);
  say(`deploying ${tenants} tenants`);
  const times: number[] = [];
  let said = performance.now();
  for (let tenant = 0; tenant < tenants; tenant++) {
    const started = performance.now();
    await admin(host, "POST", "/v1/tenants", { json: { name: nameOf(tenant) } });
    const path = `/v1/tenants/${nameOf(tenant)}/versions?activate=true`;
    await admin(host, "POST", path, { wasm: upload(tenant) });
    times.push(performance.now() - started);
    if (tenant + 1 < tenants && performance.now() - said < SAY_EVERY_MS) continue;
    said = performance.now();
    say(`deployed ${tenant + 1} of ${tenants}`);
  }
  return times;
}

async function warmUp({ host, program, tenants }: ArmUnderTest, warm: { tenants: number; calls: number }) {
  for (let i = 0; i < warm.calls; i++) await call(host, program, tenants + (i % warm.tenants));
}

/** Requests that an arm gets in a row. */
const TURN = 20;

/** Calls each tenant of each arm once. @returns times by arm, ms */
async function callInTurns(arms: readonly ArmUnderTest[]): Promise<number[][]> {
  const times: number[][] = arms.map(() => []);
  for (let from = 0; arms.some(({ tenants }) => from < tenants); from += TURN) {
    for (const [i, { host, program, tenants }] of arms.entries()) {
      for (let tenant = from; tenant < Math.min(from + TURN, tenants); tenant++) {
        times[i]!.push(await call(host, program, tenant));
      }
    }
  }
  return times;
}

async function memoryOf(arms: readonly ArmUnderTest[]): Promise<number[]> {
  return Promise.all(arms.map(({ host }) => settledMemory(host.pid)));
}

async function call(host: HostProcess, program: Program, tenant: number): Promise<number> {
  const { status, body, ms } = await get(`${host.ingress}/t/${nameOf(tenant)}${program.request}`);
  if (status !== 200 || body !== answerOf(program, tenant)) {
    throw new Error(`${nameOf(tenant)} answered ${status}: ${body.slice(0, 200)}`);
  }
  return ms;
}

function nameOf(tenant: number): string {
  return `bench-${tenant}`;
}

function percentiles(values: number[]): Percentiles {
  return { p50: round(percentile(values, 50)), p99: round(percentile(values, 99)) };
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
