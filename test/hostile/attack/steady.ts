/** Good tenants at a steady rate: alone, beside one kind of hostile tenant, beside many kinds at once. */
import { getPriority, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Latency, latencyOf } from "../../../bench/statistics.ts";
import { startAttackers, type Tally } from "./attackers.ts";
import { callAtRate } from "./good.ts";
import type { Kind } from "./kind.ts";
import { setStage } from "./stage.ts";

/** An attack runs for this time before the measurement begins, ms. */
const LEAD_MS = 1_000;

export interface SteadyOptions {
  readonly good: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly seconds: number;
  /** Calls of each good tenant a second. */
  readonly rate: number;
}

export interface Steady {
  readonly beside: string;
  /** The latencies by good tenant. */
  readonly good: Readonly<Record<string, Latency & { readonly calls: number; readonly lost: readonly string[] }>>;
  readonly hostile: Tally;
}

/** @param connections of each kind; several kinds share them */
export async function steady(
  beside: string,
  kinds: readonly Kind[],
  connections: number,
  { good, seconds, rate }: SteadyOptions,
): Promise<Steady> {
  await using attackers = await startAttackers();
  // Every part has a host of its own, so that no strikes, logs or memory of the last part are left.
  await using host = await setStage({ good, kinds, origin: attackers.origin });
  const tenants = Object.keys(good);
  await Promise.all(tenants.map((tenant) => callAtRate(host.ingress, tenant, rate, (calls) => calls < rate)));
  attackers.attack(host.ingress, kinds, Math.max(1, Math.floor(connections / Math.max(1, kinds.length))));
  await sleep(LEAD_MS);
  using _ = comeFirst();
  const all = await Promise.all(
    tenants.map((tenant) => callAtRate(host.ingress, tenant, rate, (calls) => calls < seconds * rate)),
  );
  const results = all.map(({ latencies, lost }) => ({ ...latencyOf(latencies), calls: latencies.length, lost }));
  return {
    beside,
    good: Object.fromEntries(tenants.map((tenant, index) => [tenant, results[index]!])),
    hostile: await attackers.tally(),
  };
}

/**
 * Gives this process a higher priority. The visitors of real tenants run on other machines, so they do not wait for the
 * host's CPUs.
 */
function comeFirst(): Disposable {
  const usual = getPriority();
  try {
    setPriority(-10);
  } catch {
    console.error("no right to a higher priority: latencies contain what this process waits for a CPU");
  }
  return { [Symbol.dispose]: () => setPriority(usual) };
}
