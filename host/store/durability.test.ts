import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openEmbeddedStore } from "./embedded.ts";
import { parseTenantName } from "./names.ts";

const kills = Number(process.env.PLINTH_KILLS ?? 30);
/**
 * Longest time from a process's start-up to its kill, ms: some deploys of each process are done, and some are under
 * way.
 */
const longestLifeMs = 120;
const child = fileURLToPath(import.meta.resolve("./durability-child.ts"));

/** Lets a process deploy for a random while, kills it, and returns the last version of each tenant that it acknowledged. */
async function deployAndKill(folder: string): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  const running = spawn(process.execPath, [child, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(running, "close");
  const lines = createInterface(running.stdout);
  const ready = Promise.race([once(lines, "line"), ended]);
  lines.on("line", (line) => {
    const [tenant, id] = line.split(" ");
    if (id !== undefined) acknowledged.set(tenant!, Number(id));
  });
  await ready;
  await setTimeout(Math.random() * longestLifeMs);
  running.kill("SIGKILL");
  const [, signal] = await ended;
  expect(signal).toBe("SIGKILL");
  return acknowledged;
}

test(
  `after each of ${kills} kills every acknowledged deploy is there, whole, and no other leaves a trace`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "plinth-durability-"));
    const last = new Map<string, number>();
    for (let kill = 0; kill < kills; kill++) {
      for (const [tenant, id] of await deployAndKill(folder)) last.set(tenant, id);

      await using store = await openEmbeddedStore(folder);
      await store.sweep();
      const referenced = new Set<string>();
      for (const { name, activeVersion } of store.listTenants().items) {
        const versions = store.listVersions(name).items;
        // The deploy under way at the kill may have been committed without its line having been written.
        expect(versions[0]?.id ?? 0).toBeGreaterThanOrEqual(last.get(name) ?? 0);
        expect(versions[0]?.id ?? 0).toBeLessThanOrEqual((last.get(name) ?? 0) + 1);
        expect(activeVersion).toBe(versions[0]?.id ?? null);
        last.set(name, versions[0]?.id ?? 0);
        // The numbers have no gaps: all of the newest versions are there.
        expect(versions.map((version) => version.id)).toEqual(versions.map((_, index) => versions[0]!.id - index));
        for (const version of versions)
          for (const blob of [version.component, ...Object.values(version.artifacts)]) {
            referenced.add(blob);
            await store.getBlob(blob);
          }
      }
      const files = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
      const names = files.filter((file) => file.isFile()).map((file) => file.name);
      expect(new Set(names)).toEqual(referenced);
      expect(names.length).toBe(referenced.size);
    }
    expect(last.get(parseTenantName("alice"))).toBeGreaterThan(0);
    await rm(folder, { recursive: true });
  },
  20_000 + kills * 5_000,
);
