import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { kvFile, openForWriting } from "./database.ts";
import { KvReader, type KvValue } from "./reader.ts";

const kills = Number(process.env.PLINTH_KILLS ?? 200);
/** Folders that are written to and killed at the same time: the processes' start-up takes most of the time. */
const LANES = 4;
/** Kills fall between the first write and this many ms after it. */
const LONGEST_LIFE_MS = 40;
const NAMESPACE = "alice/PAGES";
const child = fileURLToPath(import.meta.resolve("./durability-child.ts"));

/** Lets a process write for a random while and kills it. @returns the last number that it acknowledged for each key */
async function writeAndKill(file: string): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  // The code is the same each time.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(file), "compiled") };
  const running = spawn(process.execPath, [child, file], { stdio: ["ignore", "pipe", "inherit"], env });
  const ended = once(running, "close");
  const lines = createInterface(running.stdout);
  const ready = Promise.race([once(lines, "line"), ended]);
  lines.on("line", (line) => {
    const [key, number] = line.split(" ");
    if (number !== undefined) acknowledged.set(key!, Number(number));
  });
  await ready;
  await setTimeout(Math.random() * LONGEST_LIFE_MS);
  running.kill("SIGKILL");
  const [, signal] = await ended;
  expect(signal).toBe("SIGKILL");
  return acknowledged;
}

/** Checks that the value is whole. @returns its number; 0 for no value */
function numberOf(found: KvValue | null): number {
  if (found === null) return 0;
  const value = Buffer.from(found.value);
  const number = value.readDoubleLE(0);
  expect(found.metadata).toBe(number);
  expect(createHash("sha256").update(value.subarray(40)).digest()).toEqual(value.subarray(8, 40));
  return number;
}

/** Expects counts that agree with the entries, because each write changes four tables. */
function expectConsistent(file: string): void {
  const database = openForWriting(file);
  try {
    const count = (sql: string) => Object.values(database.prepare(sql).get()!);
    expect(count("SELECT count(*), sum(size) FROM entries")).toEqual(
      count("SELECT count(*), sum(octet_length(value)) FROM contents JOIN entries USING (revision)"),
    );
    expect(count("SELECT count(*) FROM contents")).toEqual(count("SELECT count(*) FROM entries"));
    expect(count("SELECT keys FROM namespaces")).toEqual(count("SELECT count(*) FROM entries"));
    expect(count("PRAGMA quick_check")).toEqual(["ok"]);
  } finally {
    database.close();
  }
}

async function killAgainAndAgain(file: string, times: number): Promise<Map<string, number>> {
  const last = new Map<string, number>();
  for (let kill = 0; kill < times; kill++) {
    for (const [key, number] of await writeAndKill(file)) last.set(key, number);
    expectConsistent(file);
    using reader = new KvReader(file);
    for (const key of ["plain-a", "plain-b", "plain-c", "plain-d", "counter", "bulk"]) {
      const stored = numberOf(reader.get(NAMESPACE, key === "bulk" ? "bulk-0" : key));
      const atLeast = last.get(key) ?? 0;
      expect(stored, key).toBeGreaterThanOrEqual(atLeast);
      // Writes under way at the kill may have been committed before their lines were written. Two write the counter.
      expect(stored, key).toBeLessThanOrEqual(atLeast + (key === "counter" ? 2 : 1));
      last.set(key, stored);
    }
    const bulk = Array.from({ length: 10 }, (_, n) => numberOf(reader.get(NAMESPACE, `bulk-${n}`)));
    expect(new Set(bulk).size).toBe(1);
    numberOf(reader.get(NAMESPACE, "coming-and-going"));
  }
  return last;
}

test(
  `after each of ${kills} kills every acknowledged write is there, whole, and none is half done`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "plinth-kv-durability-"));
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      killAgainAndAgain(kvFile(folder).replace("kv.sqlite", `kv-${lane}.sqlite`), Math.ceil(kills / LANES)),
    );
    for (const last of await Promise.all(lanes)) {
      for (const key of ["plain-a", "counter", "bulk"]) expect(last.get(key)).toBeGreaterThan(0);
    }
    await rm(folder, { recursive: true });
  },
  60_000 + kills * 2_000,
);
