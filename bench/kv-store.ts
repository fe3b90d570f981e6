/** Measures the store alone: reads at growing sizes, and durable writes. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BULK_KEYS, LIST_KEYS, VALUE_BYTES } from "../host/bindings/kv/limits.ts";
import { newValue } from "../host/bindings/kv/new-value.ts";
import { KvService } from "../host/bindings/kv/service.ts";
import { MIB } from "../host/config/limits.ts";
import { openEmbeddedStore } from "../host/store/embedded.ts";
import { parseTenantName } from "../host/store/names.ts";
import { type Latency, latencyOf } from "./statistics.ts";

interface ReadFigures {
  keys: number;
  /** Size of the database file. */
  fileBytes: number;
  getUs: Latency;
  /** Time of a page of 1,000 keys from a random place in the namespace. */
  listUs: Latency;
}

interface WriteFigures {
  writers: number;
  putMs: Latency;
  putsPerSecond: number;
}

export interface StoreFigures {
  loadSeconds: number;
  reads: ReadFigures[];
  writes: WriteFigures[];
  /** Times for one value of 25 MiB. */
  largestValueMs: { put: number; get: number };
}

const TENANT = parseTenantName("bench");
const NAMESPACE = "bench/PAGES";
const GETS = 20_000;
const LISTS = 300;
const value = new Uint8Array(1024).fill(7);

/** Gives the keys in an order unlike the order in which the store keeps them. */
function keyOf(n: number, keys: number): string {
  return numbered((n * 7_919) % keys);
}

function numbered(n: number): string {
  return `page/${String(n).padStart(8, "0")}`;
}

export async function measureStore(sizes: readonly number[], puts: number): Promise<StoreFigures> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const store = undo.use(await openEmbeddedStore(folder));
  await store.createTenant(TENANT);
  const kv = undo.use(
    await KvService.open({ folder, store, storageLimitOf: () => 1024 * 1024 * MIB, onFault: console.error }),
  );
  await kv.createNamespace(NAMESPACE);

  const most = Math.max(...sizes);
  const reads: ReadFigures[] = [];
  let loaded = 0;
  let loadMs = 0;
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const start = performance.now();
    for (; loaded < size; loaded += BULK_KEYS) await load(kv, loaded, Math.min(loaded + BULK_KEYS, size), most);
    loaded = size;
    loadMs += performance.now() - start;
    reads.push({ keys: size, fileBytes: (await stat(kv.file)).size, ...measureReads(kv, size, most) });
  }
  const writes = [await measureWrites(kv, 1, puts), await measureWrites(kv, 64, puts * 8)];
  return { loadSeconds: loadMs / 1000, reads, writes, largestValueMs: await measureLargest(kv) };
}

async function load(kv: KvService, from: number, to: number, keys: number): Promise<void> {
  const values = Array.from({ length: to - from }, (_, n) => newValue(keyOf(from + n, keys), value, {}));
  await kv.put(TENANT, NAMESPACE, values, null);
}

function measureReads(kv: KvService, size: number, keys: number): Pick<ReadFigures, "getUs" | "listUs"> {
  const anyKey = () => keyOf(Math.floor(Math.random() * size), keys);
  const get = () => kv.reader.get(NAMESPACE, anyKey());
  // The place is random, but far enough from the end that the page is full.
  const list = () => {
    const first = Math.floor(Math.random() * (1 - LIST_KEYS / size) * keys);
    const cursor = Buffer.from(numbered(first)).toString("base64url");
    return kv.reader.list(NAMESPACE, { prefix: "page/", cursor });
  };
  return { getUs: latencyOf(timesUs(GETS, get)), listUs: latencyOf(timesUs(LISTS, list)) };
}

/** Times the calls, without the first third of them, which is warm-up. */
function timesUs(count: number, call: () => unknown): number[] {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const start = performance.now();
    call();
    if (n > count / 3) times.push((performance.now() - start) * 1000);
  }
  return times;
}

async function measureWrites(kv: KvService, writers: number, puts: number): Promise<WriteFigures> {
  const times: number[] = [];
  const start = performance.now();
  const writer = async (id: number) => {
    for (let n = 0; n < puts / writers; n++) {
      const began = performance.now();
      await kv.put(TENANT, NAMESPACE, [newValue(`put/${id}/${n % 100}`, value, {})], null);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, id) => writer(id)));
  const seconds = (performance.now() - start) / 1000;
  return { writers, putMs: latencyOf(times), putsPerSecond: times.length / seconds };
}

async function measureLargest(kv: KvService): Promise<{ put: number; get: number }> {
  const large = new Uint8Array(VALUE_BYTES).fill(7);
  const put: number[] = [];
  const get: number[] = [];
  for (let n = 0; n < 5; n++) {
    const began = performance.now();
    await kv.put(TENANT, NAMESPACE, [newValue("largest", large, {})], null);
    const written = performance.now();
    kv.reader.get(NAMESPACE, "largest");
    put.push(written - began);
    get.push(performance.now() - written);
  }
  return { put: latencyOf(put).p50, get: latencyOf(get).p50 };
}
