/** Measures the two arms of the memory benchmark. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEPLOY_WORKER_IDLE_MS } from "../../host/deploy/preparer.ts";
import { type HostProcess, startHostProcess } from "../host-process.ts";
import { percentile } from "../statistics.ts";
import { admin, closeConnections, get } from "./client.ts";
import { settledMemory } from "./process-memory.ts";
import { type Arm, answerOf, buildArm, type Program } from "./programs.ts";

export interface ArmResult {
  tenants: number;
  /** Size of one tenant's upload. */
  uploadBytes: number;
  /** Memory of the host with its slots in use and the tenants deployed, before any of them is called. */
  fixedBytes: number;
  /** Memory that a called tenant adds: its registration, its compiled code, its delta and its instance. */
  perTenantBytes: number;
  /** Memory that a second call of all tenants adds, per tenant. It is near zero if memory is flat. */
  secondRoundBytes: number;
  /** Time to the response's first byte for a tenant that is deployed but has never run in this process. */
  coldMs: Percentiles;
  warmMs: Percentiles;
  deployMs: Percentiles;
}

interface Percentiles {
  p50: number;
  p99: number;
}

/** Tenants that fill the slots and warm the process up before the measurement. */
const WARM = {
  shared: { tenants: 16, calls: 1_500 },
  static: { tenants: 2, calls: 50 },
} as const;

/** An arm's host, with its tenants deployed and none of them called. */
interface ArmUnderTest {
  host: HostProcess;
  program: Program;
  tenants: number;
  uploadBytes: number;
  deployMs: number[];
}

/**
 * Measures both arms, each in separate processes. The timed requests of the arms take turns, so that a slow spell of the
 * machine slows both arms.
 *
 * @param tenants number of tenants of each arm
 * @param rest whether to wait until the hosts have released the memory of their start: for runs of more than half a minute
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
  // A host makes one deploy when it starts. The worker thread for deploys ends after a while without a deploy. A short run
  // is over before the thread ends.
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

/** Deploys in one process, then starts another process on the same data. The tenants are cold in the new process. */
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
  sayOf("starting another host on the same data, where no tenant has been called");
  const host = undo.use(await startHostProcess(dataDir));
  return {
    host,
    program,
    tenants,
    uploadBytes: upload(0).length,
    deployMs,
  };
}

/** Time between two progress messages of the deploys, ms. */
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

/** Number of requests that an arm gets in a row. */
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
