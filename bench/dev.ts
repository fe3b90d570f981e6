/**
 * `npm run bench -- dev [--runtime NAME] [--saves N] [--json FILE]`: with `plinth dev` running, the time from a save to the
 * first answer of the new program over HTTP.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { initProject } from "../host/cli/init-project.ts";
import type { Language } from "../runtimes/language.ts";
import { builtIn } from "../runtimes/registry.ts";
import { type Benchmarks, showcaseOf } from "../runtimes/showcase.ts";
import { type Latency, latencyOf } from "./statistics.ts";

const cli = join(import.meta.dirname, "../host/cli/plinth.js");
/** Time between two requests that look for the new answer, ms. */
const ASK_EVERY_MS = 5;

interface Figures {
  readonly runtime: string;
  readonly saves: number;
  readonly saveToAnswerMs: Latency;
}

export async function benchmarkDev(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { runtime: text, saves: text, json: text } });
  const languages = values.runtime === undefined ? builtIn.all : [builtIn.get(values.runtime)];
  const figures: Figures[] = [];
  for (const language of languages) {
    const program = (await showcaseOf(language))?.benchmarks.dev;
    if (program === undefined) continue;
    const measured = await measure(language, program, Number(values.saves ?? 20));
    figures.push(measured);
    const { p50, p99 } = measured.saveToAnswerMs;
    console.log(
      `${language.name}: save to new answer, ${measured.saves} saves: p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
    );
  }
  if (values.json === undefined) return;
  await mkdir(dirname(resolve(values.json)), { recursive: true });
  await writeFile(values.json, `${JSON.stringify({ benchmark: "dev", figures }, null, 2)}\n`);
}

async function measure(
  { name, templates }: Language,
  { template, file, word }: NonNullable<Benchmarks["dev"]>,
  saves: number,
): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-dev-"));
  await initProject(folder, templates.find((candidate) => candidate.name === template)!, "bench");
  const source = await readFile(join(folder, file), "utf8");
  const dev = spawn(process.execPath, [cli, "dev", folder, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await addressOf(dev.stdout);
    const times: number[] = [];
    for (let save = 0; save < saves; save++) {
      // Editors and people leave a pause between two saves.
      await delay(200);
      const greeting = `Save ${save}`;
      const start = performance.now();
      await writeFile(join(folder, file), source.replace(word, greeting));
      while (!(await (await fetch(url)).text()).startsWith(greeting)) await delay(ASK_EVERY_MS);
      times.push(performance.now() - start);
    }
    return { runtime: name, saves, saveToAnswerMs: latencyOf(times) };
  } finally {
    const closed = once(dev, "close");
    dev.kill("SIGINT");
    await closed;
    await rm(folder, { recursive: true });
  }
}

/** Waits for the project's first version. @returns the URL at which the project is served */
async function addressOf(stdout: NodeJS.ReadableStream): Promise<string> {
  let url = "";
  for await (const line of createInterface({ input: stdout })) {
    const event = JSON.parse(line);
    if (event.event === "ready") url = event.urls[0];
    if (event.event === "deployed") break;
    if (event.event === "failed") throw new Error(event.error.message);
  }
  // Nobody reads the later events, and they must not fill the pipe.
  stdout.resume();
  return url;
}
