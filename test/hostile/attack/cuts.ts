/** Measures how long after its CPU budget a request is answered that computes for ever, alone on the host. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../../../bench/statistics.ts";
import { tenantLimitDefaults } from "../../../host/config/limits.ts";
import { startAttackers } from "./attackers.ts";
import { cut } from "./kind.ts";
import { everyKind } from "./kinds.ts";
import { setStage } from "./stage.ts";

const TIMES = 9;
/** Time between two requests, ms: a cut may cost its thread, and the start of the next one is no part of the cut. */
const PAUSE_MS = 1_000;

export interface Cut {
  readonly kind: string;
  /** Time from the request to its answer, less the CPU budget, ms. */
  readonly leastMs: number;
  readonly medianMs: number;
}

export async function cuts(): Promise<Cut[]> {
  // The attackers have the server that hostile tenants fetch from. They attack nothing here.
  await using attackers = await startAttackers();
  const kinds = everyKind.filter(({ ends }) => ends === cut);
  await using host = await setStage({ good: {}, kinds, origin: attackers.origin, settings: allRuntimes() });
  const rows: Cut[] = [];
  for (const { name, request: { path = "/" } = {} } of kinds) {
    const times: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      await sleep(PAUSE_MS);
      times.push(await timeOf(`${host.ingress}/t/${name}${path}`));
    }
    const over = times.map((ms) => ms - tenantLimitDefaults.cpuMs);
    rows.push({ kind: name, leastMs: Math.min(...over), medianMs: percentile(over, 50) });
  }
  return rows;
}

function allRuntimes(): Record<string, string> {
  const hasGo = everyKind.some(({ name }) => name.startsWith("go-"));
  return { PLINTH_PARKING: "off", ...(hasGo ? { PLINTH_RUNTIMES: "plinth:js,plinth:go" } : {}) };
}

async function timeOf(url: string): Promise<number> {
  const began = performance.now();
  const agent = new Agent();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  request(url, { agent }, (response) => response.resume().on("end", resolve))
    .on("error", reject)
    .end();
  await promise;
  return performance.now() - began;
}
