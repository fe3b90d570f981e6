/**
 * `npm run bench -- streams [--ticks N] [--chunks N]`: the time from the writing of a piece to its arrival at the
 * client, and the cost of 64 KiB of a body that flows, in each language that this machine can build.
 */
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { ReadableStream } from "node:stream/web";
import { parseArgs } from "node:util";
import { buildProject } from "../../host/toolchain/build-project.ts";
import { builtIn } from "../../runtimes/registry.ts";
import { latencyOf } from "../statistics.ts";
import type { Server } from "../throughput/arm.ts";
import { startPlinth } from "../throughput/plinth-arm.ts";
import { readCpu } from "../throughput/process-cpu.ts";

const LANGUAGES = ["js", "go"] as const;
const CHUNK_BYTES = 65_536;
const ROUNDS = 5;

export async function benchmarkStreams(args: string[]): Promise<void> {
  const option = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { ticks: option, chunks: option } });
  const ticks = Number(values.ticks ?? 300);
  const chunks = Number(values.chunks ?? 1_024);
  const say = (what: string) => console.error(what);
  for (const name of LANGUAGES) {
    const language = builtIn.get(name);
    await language.package.build(say);
    const { component } = await buildProject(join(import.meta.dirname, "programs", name));
    await using server = await startPlinth({
      tenants: 1,
      isolation: "request",
      upload: () => component,
      settings: { PLINTH_RUNTIMES: `plinth:${name}`, PLINTH_REQUEST_LOG: "off", PLINTH_CPU_MS: "60000" },
      say: (what) => say(`${name}: ${what}`),
    });
    const { p50, p99 } = latencyOf(await lags(server, ticks));
    console.log(
      `${name}: ${ticks} pieces, after they were written: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    );
    for (let round = 0; round < ROUNDS; round++) console.log(`${name}: ${await costOf(server, chunks)}`);
  }
}

async function open({ origin, path }: Server, name: string, count: number): Promise<ReadableStream<Uint8Array>> {
  const handler = { name, what: "", method: "GET", body: "", isRight: () => true } as const;
  const response = await fetch(`${origin}${path(handler, 0)}?count=${count}`);
  if (!response.ok) throw new Error(await text(response.body!));
  return response.body as ReadableStream<Uint8Array>;
}

/** Times from the writing of pieces to their arrival, ms. Each piece has the time at which it was written. */
async function lags(server: Server, count: number): Promise<number[]> {
  const found: number[] = [];
  for await (const piece of await open(server, "ticks", count)) {
    const arrived = performance.timeOrigin + performance.now();
    // Two pieces that arrive as one came together, however late the first of them is.
    for (const line of Buffer.from(piece).toString().trim().split("\n")) found.push(arrived - Number(line));
  }
  if (found.length !== count) throw new Error(`${found.length} of ${count} pieces have come`);
  return found;
}

async function costOf(server: Server, count: number): Promise<string> {
  const before = await readCpu(server.pids);
  const began = performance.now();
  let bytes = 0;
  for await (const piece of await open(server, "chunks", count)) bytes += piece.byteLength;
  const wallUs = (performance.now() - began) * 1000;
  if (bytes !== count * CHUNK_BYTES) throw new Error(`${bytes} bytes have come`);
  const cpuUs = (await readCpu(server.pids)).totalUs - before.totalUs;
  const each = `${(wallUs / count).toFixed(0)} us, CPU of the host ${(cpuUs / count).toFixed(0)} us each`;
  return `${count} chunks of 64 KiB: ${each}`;
}
