/**
 * Measures a hello world as a static component: `node guest-examples/static/measure.ts [variant]`. Each variant runs in a
 * separate process. The figures of docs/reference/static-components.md come from this program.
 */
import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { compileModules, instantiateStatic, loadGlue } from "../../host/component/static/instantiate.ts";
import { prepareStaticComponent } from "../../host/component/static/prepare.ts";
import type { StaticHostCalls, StaticInstance } from "../../host/component/static/types.ts";
import { buildStatic, buildStaticFetch } from "./build.ts";

const plainHello = `export const handler = {
  handle: () => ({ status: 200, headers: [], body: Uint8Array.from("hello", (letter) => letter.charCodeAt(0)) }),
};`;

const variants: Record<string, () => Promise<Uint8Array>> = {
  "componentize-qjs, small": () => buildStatic("qjs", plainHello),
  "componentize-qjs, fast": () => buildStatic("qjs", plainHello, { fast: true }),
  "componentize-qjs, small, fetch": () => fetchHello("qjs"),
  "componentize-js": () => buildStatic("starlingmonkey", plainHello),
  "componentize-js, fetch": () => fetchHello("starlingmonkey"),
};

const calls: StaticHostCalls = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: (bytes) => void randomFillSync(bytes),
  log: () => {},
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  until: async (begin) => void (await begin(new AbortController().signal)),
  bodyBytes: 1 << 20,
};
const request = { method: "GET", uri: "http://hello.localhost/", headers: [], body: new Uint8Array() };

const [variant] = process.argv.slice(2);
if (variant === undefined) {
  const columns = [
    "variant",
    "upload B",
    "gzip B",
    "prepare ms",
    "compile ms",
    "glue ms",
    "instantiate ms",
    "first call ms",
    "later call us",
    "instance KB",
  ];
  console.log(`| ${columns.join(" | ")} |\n|${" --- |".repeat(columns.length)}`);
  for (const name of Object.keys(variants)) {
    process.stdout.write(
      execFileSync(process.execPath, ["--expose-gc", import.meta.filename, name], { encoding: "utf8" }),
    );
  }
} else {
  await measure(variant);
}

async function measure(name: string): Promise<void> {
  const upload = await variants[name]!();
  const prepared = await timed(() => prepareStaticComponent(upload));
  const compiled = await timed(() => compileModules(prepared.value.modules));
  const glue = await timed(() => loadGlue(prepared.value.glue));
  const program = { glue: glue.value, modules: compiled.value };

  const instantiate: number[] = [];
  const firstCall: number[] = [];
  const kept: StaticInstance[] = [];
  let before = 0;
  for (let round = 0; round < 60; round++) {
    if (round === 20) before = await privateKilobytes();
    const made = await timed(() => instantiateStatic(program, calls));
    const called = await timed(() => made.value.handle(request));
    if (round < 20) continue;
    instantiate.push(made.ms);
    firstCall.push(called.ms);
    kept.push(made.value);
  }
  const perInstance = ((await privateKilobytes()) - before) / kept.length;
  const laterCalls: number[] = [];
  for (let round = 0; round < 2_000; round++) laterCalls.push((await timed(() => kept[0]!.handle(request))).ms * 1000);

  const figures = [
    upload.length.toLocaleString("en"),
    gzipSync(upload).length.toLocaleString("en"),
    prepared.ms.toFixed(0),
    compiled.ms.toFixed(0),
    glue.ms.toFixed(1),
    median(instantiate).toFixed(2),
    median(firstCall).toFixed(2),
    median(laterCalls).toFixed(0),
    perInstance.toFixed(0),
  ];
  console.log(`| ${[name, ...figures].join(" | ")} |`);
}

async function fetchHello(toolchain: "qjs" | "starlingmonkey"): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "plinth-measure-"));
  try {
    const entry = path.join(folder, "hello.js");
    await writeFile(entry, `export default { fetch: () => new Response("hello") };`);
    return await buildStaticFetch(toolchain, entry);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timed<T>(step: () => T | Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await step();
  return { value, ms: performance.now() - start };
}

/** Private memory of this process (Linux: proc_pid_smaps(5)), KiB. */
async function privateKilobytes(): Promise<number> {
  globalThis.gc?.();
  const rollup = await readFile("/proc/self/smaps_rollup", "utf8");
  return Number(/^Private_Dirty: +(\d+) kB/m.exec(rollup)?.[1]);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
