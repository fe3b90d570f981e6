/** One arm: deploy in one process, measure in a fresh one on the same data. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
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

export interface Percentiles {
  p50: number;
  p99: number;
}

/** Tenants that fill slots and warm the process up before anything is measured. */
const WARM_TENANTS = 16;
const WARM_CALLS = 1_500;

export async function measureArm(
  program: Program,
  arm: Arm,
  tenants: number,
  say: (text: string) => void,
): Promise<ArmResult> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "plinth-bench-"));
  try {
    const upload = await buildArm(program, arm);
    const warm = arm === "shared" ? WARM_TENANTS : 2;
    const deployMs = await deployAll(dataDir, upload, tenants + warm, (done) => say(`${arm}: deployed ${done}`));
    await using host = await startHostProcess(dataDir);
    const warmCalls = arm === "shared" ? WARM_CALLS : 50;
    for (let i = 0; i < warmCalls; i++) await call(host, program, tenants + (i % warm));
    const fixedBytes = await settledMemory(host.pid);
    const cold = await callAll(host, program, tenants);
    say(`${arm}: called each of ${tenants} tenants once`);
    const afterFirst = await settledMemory(host.pid);
    const second = await callAll(host, program, tenants);
    const afterSecond = await settledMemory(host.pid);
    return {
      tenants,
      uploadBytes: upload(0).length,
      fixedBytes,
      perTenantBytes: Math.round((afterFirst - fixedBytes) / tenants),
      secondRoundBytes: Math.round((afterSecond - afterFirst) / tenants),
      coldMs: percentiles(cold),
      warmMs: percentiles(second),
      deployMs: percentiles(deployMs),
    };
  } finally {
    closeConnections();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function deployAll(
  dataDir: string,
  upload: (tenant: number) => Uint8Array,
  tenants: number,
  say: (done: number) => void,
): Promise<number[]> {
  await using host = await startHostProcess(dataDir);
  const times: number[] = [];
  for (let tenant = 0; tenant < tenants; tenant++) {
    const started = performance.now();
    await admin(host, "POST", "/v1/tenants", { json: { name: nameOf(tenant) } });
    const path = `/v1/tenants/${nameOf(tenant)}/versions?activate=true`;
    await admin(host, "POST", path, { wasm: upload(tenant) });
    times.push(performance.now() - started);
    if ((tenant + 1) % 100 === 0) say(tenant + 1);
  }
  return times;
}

async function callAll(host: HostProcess, program: Program, tenants: number): Promise<number[]> {
  const times: number[] = [];
  for (let tenant = 0; tenant < tenants; tenant++) times.push(await call(host, program, tenant));
  return times;
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
