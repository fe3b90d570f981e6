/** The requests a second that a good tenant serves in a closed loop beside one endless loop, by the loop's connections. */
import { setTimeout as sleep } from "node:timers/promises";
import { startAttackers } from "./attackers.ts";
import { callInLoop } from "./good.ts";
import { everyKind } from "./kinds.ts";
import { setStage } from "./stage.ts";

/** Connections of the good tenant's client. */
const GOOD_CONNECTIONS = 16;
const HOSTILE_CONNECTIONS = [0, 1, 2, 4, 50];
/** Calls are made for this time before they count, ms. */
const WARM_UP_MS = 1_000;

export interface Throughput {
  readonly beside: string;
  readonly connections: number;
  /** Good requests a second, by tenant. */
  readonly good: Readonly<Record<string, number>>;
}

export async function throughput(
  good: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  seconds: number,
): Promise<Throughput[]> {
  const rows: Throughput[] = [];
  for (const name of ["js-loop", "go-loop"]) {
    const kinds = everyKind.filter((kind) => kind.name === name);
    if (kinds.length === 0) continue;
    for (const connections of HOSTILE_CONNECTIONS) {
      await using attackers = await startAttackers();
      // Parking is off, because a parked tenant costs nothing and this test measures the cost of its loop.
      const settings = { PLINTH_PARKING: "off" };
      await using host = await setStage({ good, kinds, origin: attackers.origin, settings });
      if (connections > 0) attackers.attack(host.ingress, kinds, connections);
      await sleep(WARM_UP_MS);
      const found: Record<string, number> = {};
      for (const tenant of Object.keys(good)) {
        await callInLoop(host.ingress, tenant, GOOD_CONNECTIONS, WARM_UP_MS);
        found[tenant] = await callInLoop(host.ingress, tenant, GOOD_CONNECTIONS, seconds * 1_000);
      }
      rows.push({ beside: name, connections, good: found });
    }
  }
  return rows;
}
