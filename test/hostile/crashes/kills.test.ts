/**
 * `kill -9` at random moments of deploys, captures, activations, rollbacks, KV and start-ups. Every acknowledged change
 * is there afterwards. A change without an answer is there as a whole or not at all. `npm run fuzz -- kills --inputs
 * 500` kills 500 times.
 */
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { LaneRun } from "./lane.ts";
import { activations, bulk, deploys, notes } from "./lanes.ts";
import { spawnServer, startServer } from "./server.ts";

const KILLS = Number(process.env.PLINTH_FUZZ_INPUTS ?? 6);
/** The most acknowledged changes that a kill waits for, and the most time that it waits after the last of them, ms. */
const MOST = { changes: 30, ms: 40 };
/** Longest time after which a host that has not started yet is killed, ms. */
const MOST_START_MS = 800;

it(`a host that is killed ${KILLS} times loses nothing that it has acknowledged`, {
  timeout: 60_000 + KILLS * 30_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "plinth-kill-"));
  const lanes = [new LaneRun(deploys), new LaneRun(activations), new LaneRun(notes), new LaneRun(bulk)];
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      if (kill % 4 === 3) await killInStart(dataDir);
      const server = await startServer(dataDir);
      try {
        for (const lane of lanes) await lane.check(server);
        let left = 1 + Math.floor(Math.random() * MOST.changes);
        const { promise: enough, resolve } = Promise.withResolvers<void>();
        const runs = lanes.map((lane) => lane.run(server, () => --left === 0 && resolve()));
        await Promise.race([enough, ...runs]);
        await sleep(Math.random() * MOST.ms);
        await server.kill();
        await Promise.all(runs);
      } finally {
        await server.kill();
      }
    }
    const server = await startServer(dataDir);
    try {
      for (const lane of lanes) await lane.check(server);
    } finally {
      await server.kill();
    }
    const acknowledged = lanes.map((lane) => lane.acknowledged);
    console.log(
      `${KILLS} kills; acknowledged deploys, activations, KV changes, bulk changes: ${acknowledged.join(", ")}`,
    );
    expect(Math.min(...acknowledged)).toBeGreaterThan(0);
    const files = await readdir(join(dataDir, "blobs"), { recursive: true });
    expect(files.filter((file) => /tmp|temp|partial/.test(file))).toEqual([]);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

/** Kills a host before it is ready, while its start checks, migrates and sweeps. */
async function killInStart(dataDir: string): Promise<void> {
  const child = spawnServer(dataDir);
  const exit = once(child, "exit");
  child.stdout!.resume();
  child.stderr!.resume();
  await sleep(Math.random() * MOST_START_MS);
  child.kill("SIGKILL");
  await exit;
}
