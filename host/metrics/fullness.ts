import type { HostFacts } from "./host-metrics.ts";

/** The use of each bound of the host. */
export async function fullness({ engine, limits, heldTotal, connections }: HostFacts) {
  const { slots, statics } = engine.state;
  const { user, system } = process.cpuUsage();
  return {
    workers: { used: slots.busy + statics.busy, limit: limits.workers },
    queue: { used: slots.waiting + statics.waiting, limit: limits.queue },
    heldBytes: { used: heldTotal(), limit: limits.heldBytes },
    connections: { used: await connections(), limit: Math.min(limits.connections, Number.MAX_SAFE_INTEGER) },
    rssBytes: process.memoryUsage.rss(),
    cpuMs: (user + system) / 1000,
  };
}
