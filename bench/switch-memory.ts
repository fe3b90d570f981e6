/**
 * Measures the cost of a switch of a slot's memory: `node bench/switch-memory.ts [--json]`.
 *
 * The base image has 8 MiB, of which 2 MiB are not zero. Eight tenants have deltas that touch 20 pages in about 300 short
 * runs. After each switch a request writes 40 pages, 12 of them pages of the delta.
 */
import { performance } from "node:perf_hooks";
import {
  BaseImage,
  type Delta,
  type MemoryStrategy,
  PAGE_BYTES,
  probeMemoryStrategy,
  SlotMemory,
} from "../host/memory/index.ts";

const WASM_PAGES = 128;
const NON_ZERO_PAGES = 512;
const TENANTS = 8;
const ROUNDS = 4000;

interface Row {
  strategy: MemoryStrategy;
  switch: string;
  p50us: number;
  p99us: number;
}

let seed = 1;
function random(limit: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return (seed >>> 8) % limit;
}

function makeBase(backing: "memfd" | "shared"): BaseImage {
  const image = Buffer.alloc(NON_ZERO_PAGES * PAGE_BYTES);
  for (let at = 0; at < image.length; at++) image[at] = random(256);
  return BaseImage.create(image, { backing, extendBytes: WASM_PAGES * 65_536 - image.length });
}

function makeSlot(base: BaseImage, strategy: MemoryStrategy): { slot: SlotMemory; bytes: Buffer } {
  const memory = new WebAssembly.Memory({ initial: WASM_PAGES, maximum: WASM_PAGES });
  return { slot: new SlotMemory(memory, base, { strategy }), bytes: Buffer.from(memory.buffer) };
}

/** The pages of a delta, spread over the image. One page in four differs from tenant to tenant. */
const deltaPages = Array.from({ length: 20 }, (_, index) => index * 23);

function startTenant(bytes: Buffer, tenant: number): void {
  for (const [index, page] of deltaPages.entries()) {
    const at = (index % 4 === 0 ? page + 1 + tenant : page) * PAGE_BYTES;
    for (let run = 0; run < 15; run++) bytes.fill(random(256), at + run * 250, at + run * 250 + 4 + random(20));
  }
}

function request(bytes: Buffer, tenant: number): void {
  for (let index = 0; index < 12; index++) bytes[deltaPages[index]! * PAGE_BYTES + 100] = tenant;
  for (let index = 0; index < 28; index++) bytes[(NON_ZERO_PAGES - 80 + index * 3) * PAGE_BYTES + 50] = tenant;
}

function measure(name: string, strategy: MemoryStrategy, rounds: number, step: (round: number) => number): Row {
  const times = new Float64Array(rounds);
  for (let round = 0; round < rounds / 2; round++) step(round);
  for (let round = 0; round < rounds; round++) times[round] = step(round) * 1000;
  times.sort();
  const at = (share: number) => Math.round(times[Math.floor(rounds * share)]! * 10) / 10;
  return { strategy, switch: name, p50us: at(0.5), p99us: at(0.99) };
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function run(strategy: MemoryStrategy): Row[] {
  const rounds = strategy === "scan" ? ROUNDS : ROUNDS / 10;
  using base = makeBase(strategy === "copy" ? "shared" : "memfd");
  const { slot, bytes } = makeSlot(base, strategy);
  const tenants: Delta[] = [];
  for (let tenant = 0; tenant < TENANTS; tenant++) {
    slot.switchTo([]);
    startTenant(bytes, tenant);
    tenants.push(slot.capture([]));
  }
  if (strategy === "scan") {
    const sizes = tenants.map((delta) => delta.bytes.length);
    console.error(
      `deltas: ${tenants[0]!.pageCount} pages, ${Math.round(sizes.reduce((a, b) => a + b) / TENANTS)} bytes encoded`,
    );
  }
  const switchAndRun = (tenant: number) => {
    const layers = [tenants[tenant]!];
    const time = timed(() => slot.switchTo(layers));
    request(bytes, tenant);
    return time;
  };
  const suspendAndResume = (tenant: number) => {
    const layers = [tenants[tenant]!];
    slot.switchTo(layers);
    request(bytes, tenant + 100);
    let context: Delta | undefined;
    const out = timed(() => {
      context = slot.capture(layers);
    });
    slot.switchTo([tenants[(tenant + 1) % TENANTS]!]);
    request(bytes, tenant);
    return [out, timed(() => slot.switchTo([...layers, context!]))] as const;
  };
  return [
    measure("same tenant", strategy, rounds, () => switchAndRun(0)),
    measure("tenant to tenant", strategy, rounds, (round) => switchAndRun(round % TENANTS)),
    measure("capture a waiting request", strategy, rounds / 4, (round) => suspendAndResume(round % TENANTS)[0]),
    measure("switch to a waiting request", strategy, rounds / 4, (round) => suspendAndResume(round % TENANTS)[1]),
  ];
}

const { unavailable } = probeMemoryStrategy();
const rows = (["scan", "remap", "copy"] as const).filter((name) => !(name in unavailable)).flatMap(run);
if (process.argv.includes("--json")) console.log(JSON.stringify({ rows, unavailable }));
else {
  console.table(rows);
  for (const [strategy, reason] of Object.entries(unavailable)) console.log(`${strategy} is not available: ${reason}`);
}
