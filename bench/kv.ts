/**
 * `npm run bench -- kv [--keys N] [--puts N] [--requests N] [--json FILE]`: reads and durable writes of the store, with
 * values of 1 KB, and the cost of a read for a handler in each language that this machine can build.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildRuntimes } from "../host/toolchain/runtime-packages.ts";
import { builtIn } from "../runtimes/registry.ts";
import { showcaseOf } from "../runtimes/showcase.ts";
import { type HandlerFigures, measureHandler } from "./kv-handler.ts";
import { measureStore } from "./kv-store.ts";
import type { Latency } from "./statistics.ts";

/** The state of the disk behind an acknowledged put. */
const SYNC_POLICY = "SQLite, WAL, synchronous=FULL: the log is synchronised to the disk with each commit";

export async function benchmarkKv(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { keys: text, puts: text, requests: text, json: text } });
  const keys = Number(values.keys ?? 1_000_000);
  const store = await measureStore(
    [1_000, 100_000].filter((size) => size < keys).concat(keys),
    Number(values.puts ?? 2_000),
  );
  const requests = Number(values.requests ?? 3_000);
  const handlers: Record<string, HandlerFigures> = {};
  const say = (text: string) => console.error(text);
  for (const language of await buildRuntimes(builtIn, say, (_, { message }) => say(message))) {
    const reader = (await showcaseOf(language))?.benchmarks.kv;
    if (reader !== undefined) handlers[language.title.toLowerCase()] = await measureHandler(requests, reader);
  }

  const both = ({ p50, p99 }: Latency) => `${p50.toFixed(1).padStart(8)} (${p99.toFixed(1)})`;
  console.log("reads, p50 (p99)".padEnd(24), "get, us".padEnd(20), "list of 1,000, us".padEnd(24), "file, MiB");
  for (const { keys: count, getUs, listUs, fileBytes } of store.reads) {
    const size = (fileBytes / 2 ** 20).toFixed(0);
    console.log(
      `${count.toLocaleString("en")} keys`.padEnd(24),
      both(getUs).padEnd(20),
      both(listUs).padEnd(24),
      size.padStart(6),
    );
  }
  console.log(`\ndurable puts, p50 (p99)  ${SYNC_POLICY}`);
  for (const { writers, putMs, putsPerSecond } of store.writes) {
    console.log(`${writers} at once`.padEnd(24), `${both(putMs)} ms`.padEnd(24), `${putsPerSecond.toFixed(0)} puts/s`);
  }
  const { put, get } = store.largestValueMs;
  console.log(`\n25 MiB: put ${put.toFixed(0)} ms, get ${get.toFixed(0)} ms; load ${store.loadSeconds.toFixed(1)} s`);
  for (const [language, handler] of Object.entries(handlers)) {
    console.log(`\nhandler in ${language}, step, us, p50 (p99)`);
    console.log("no get".padEnd(24), both(handler.emptyStepUs));
    console.log("one get".padEnd(24), both(handler.oneGetStepUs), ` +${handler.firstGetUs.toFixed(1)}`);
    console.log(
      "eleven gets".padEnd(24),
      both(handler.elevenGetsStepUs),
      ` each further one +${handler.furtherGetUs.toFixed(1)}`,
    );
  }

  if (values.json === undefined) return;
  await mkdir(dirname(resolve(values.json)), { recursive: true });
  const figures = { syncPolicy: SYNC_POLICY, store, handlers };
  await writeFile(values.json, `${JSON.stringify({ benchmark: "kv", figures }, null, 2)}\n`);
}
