/**
 * `npm run bench -- attack`: what a hostile tenant costs an honest one on the same host. The host runs in a separate
 * process. The benchmark calls the honest tenant at a steady rate: first alone, then beside each kind of hostile tenant,
 * then beside all kinds at once.
 *
 * Options: --kind NAME (one kind alone), --connections N (of the hostile tenant, default 50), --seconds N (of each part,
 * default 10), --rate N (calls of the honest tenant a second, default 50), --json FILE
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ApiClient } from "../../host/cli/api-client.ts";
import { table } from "../../host/cli/table.ts";
import { buildText } from "../../runtimes/js/build-text.ts";
import { type HostProcess, startHostProcess } from "../host-process.ts";
import { latencyOf } from "../statistics.ts";
import { call } from "./client.ts";
import { type Attack, attacks, honest } from "./tenants.ts";

/** An attack runs for this time before the measurement begins, ms. */
const LEAD_MS = 1_000;

interface Row {
  beside: string;
  p50: number;
  p99: number;
  /** All calls of the honest tenant. `lost` counts the calls without a good answer. */
  calls: number;
  lost: number;
}

export async function benchmarkAttack(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      kind: { type: "string" },
      connections: { type: "string", default: "50" },
      seconds: { type: "string", default: "10" },
      rate: { type: "string", default: "50" },
      json: { type: "string" },
    },
  });
  const chosen = attacks.filter(({ name }) => values.kind === undefined || name === values.kind);
  if (chosen.length === 0)
    throw new Error(`there is no kind ${values.kind}; the kinds are ${attacks.map(({ name }) => name).join(", ")}`);
  const connections = Number(values.connections);
  const measure = { seconds: Number(values.seconds), rate: Number(values.rate) };
  const folder = await mkdtemp(join(tmpdir(), "plinth-attack-"));
  try {
    await using host = await startHostProcess(folder, { PLINTH_LOG_LEVEL: "fatal" });
    const api = new ApiClient({ admin: host.admin, token: host.token });
    for (const { name, source } of [{ name: "honest", source: honest }, ...chosen]) {
      await api.createTenant(name, []);
      await api.uploadVersion(name, await buildText(source), { activate: true });
    }
    const rows = [await row(host, "nobody", [], 0, measure)];
    for (const attack of chosen) rows.push(await row(host, attack.name, [attack], connections, measure));
    if (chosen.length > 1) rows.push(await row(host, "all at once", chosen, Math.ceil(200 / chosen.length), measure));
    console.log(
      table(rows, [
        { title: "the honest tenant beside", value: ({ beside }) => beside },
        { title: "p50 ms", value: ({ p50 }) => p50.toFixed(1) },
        { title: "p99 ms", value: ({ p99 }) => p99.toFixed(1) },
        { title: "calls", value: ({ calls }) => calls },
        { title: "lost", value: ({ lost }) => lost },
      ]),
    );
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(rows, null, 2));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function row(
  host: HostProcess,
  beside: string,
  hostile: readonly Attack[],
  connections: number,
  { seconds, rate }: { seconds: number; rate: number },
): Promise<Row> {
  const stop = new AbortController();
  const lanes = hostile.flatMap((attack) =>
    Array.from({ length: connections }, () => attackUntil(host, attack, stop.signal)),
  );
  if (lanes.length > 0) await new Promise((resolve) => setTimeout(resolve, LEAD_MS));
  const latencies: number[] = [];
  let lost = 0;
  const agent = new Agent({ keepAlive: true });
  const calls: Promise<void>[] = [];
  const began = performance.now();
  // The loop is open: a late call does not delay the calls after it.
  for (let i = 0; i < seconds * rate; i++) {
    const wait = began + (i * 1000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const sent = performance.now();
    calls.push(
      call(host, "honest", agent).then((status) => {
        latencies.push(performance.now() - sent);
        if (status !== 200) lost++;
      }),
    );
  }
  await Promise.all(calls);
  stop.abort();
  agent.destroy();
  await Promise.all(lanes);
  return { beside, ...latencyOf(latencies), calls: latencies.length, lost };
}

/** One connection of a hostile tenant makes one call after the other. */
async function attackUntil(host: HostProcess, { name, body }: Attack, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!signal.aborted) {
    const status = await call(host, name, agent, body, signal);
    // A refused client tries again soon. The pause keeps this loop from taking the client's CPU.
    if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  agent.destroy();
}
