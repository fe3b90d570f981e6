/**
 * `npm run bench -- start [--starts N] [--code FOLDER]`: wall and CPU time from the start of `plinth serve` to its line
 * that it is ready, on one data folder. `--code` is another clone of Plinth, whose starts take turns with this one's.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { endWithThis } from "./end-with-this.ts";
import { spreadOf } from "./statistics.ts";
import { readCpu } from "./throughput/process-cpu.ts";

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function benchmarkStart(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { starts: text, code: text } });
  const clones = [resolve(import.meta.dirname, ".."), ...(values.code === undefined ? [] : [resolve(values.code)])];
  const data = await mkdtemp(join(tmpdir(), "plinth-bench-start-"));
  try {
    const arms = clones.map((clone, at) => ({ clone, folder: join(data, String(at)), starts: [] as Start[] }));
    // The first start of a data folder makes files that the later ones find.
    for (const { clone, folder } of arms) print(`${clone}, first start`, [await start(clone, folder)]);
    for (let round = 0; round < Number(values.starts ?? 5); round++) {
      for (const { clone, folder, starts } of arms) starts.push(await start(clone, folder));
    }
    for (const { clone, starts } of arms) print(clone, starts);
  } finally {
    await rm(data, { recursive: true });
  }
}

async function start(clone: string, folder: string): Promise<Start> {
  const began = performance.now();
  const cli = join(clone, "host/cli/plinth.js");
  const listen = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
  const child = spawn(process.execPath, [cli, "serve", "--data", folder, ...listen, "--log-level", "error", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  endWithThis(child);
  const exit = once(child, "exit");
  const failed = exit.then(([code]) => Promise.reject(new Error(`plinth serve ended with ${code}`)));
  await Promise.race([once(createInterface({ input: child.stdout }), "line"), failed]);
  failed.catch(() => {});
  const wallMs = performance.now() - began;
  const cpuMs = (await readCpu([child.pid!])).totalUs / 1_000;
  child.kill("SIGTERM");
  await exit;
  return { wallMs, cpuMs };
}

function print(name: string, starts: readonly Start[]): void {
  const [wall, cpu] = [spreadOf(starts.map(({ wallMs }) => wallMs)), spreadOf(starts.map(({ cpuMs }) => cpuMs))];
  const shown = ({ median, least, most }: typeof wall) =>
    `${median.toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)})`;
  console.log(`${name}: ready after ${shown(wall)}, CPU time ${shown(cpu)}`);
}
