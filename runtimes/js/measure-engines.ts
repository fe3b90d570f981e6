/**
 * Compares two builds of QuickJS: Bellard's and the quickjs-ng fork, both from npm, each made into the runtime package
 * with the same adapter and prelude. `node runtimes/js/measure-engines.ts [--json FILE]`
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PAGE_BYTES } from "../../host/memory/index.ts";
import { makeRuntimePackage } from "./build.ts";
import type { EngineVariant } from "./engine.ts";
import { bodyText, JavaScriptSlot } from "./slot.fixture.ts";

const { values } = parseArgs({ options: { json: { type: "string" } } });

const programs = {
  hello: `export default { async fetch(request) { return new Response("hello " + new URL(request.url).pathname) } }`,
  json: `export default { async fetch(request) {
    const order = await request.json();
    return Response.json({ ...order, total: order.lines.reduce((sum, line) => sum + line.price * line.count, 0) });
  } }`,
};
const order = new TextEncoder().encode(
  JSON.stringify({
    id: 7,
    lines: Array.from({ length: 20 }, (_, i) => ({ sku: `sku-${i}`, price: 100 + i, count: i })),
  }),
);

/** Expressions that are true if the engine has the feature. */
const features = {
  "Iterator helpers": "typeof Iterator.prototype.map === 'function'",
  "Set methods": "typeof new Set().union === 'function'",
  "Promise.withResolvers": "typeof Promise.withResolvers === 'function'",
  "Promise.try": "typeof Promise.try === 'function'",
  "Array.fromAsync": "typeof Array.fromAsync === 'function'",
  "Array.prototype.toSorted": "typeof [].toSorted === 'function'",
  "Object.groupBy": "typeof Object.groupBy === 'function'",
  "RegExp v flag": "(() => { try { return new RegExp('[\\\\p{L}--[a-z]]', 'v').test('A') } catch { return false } })()",
  "RegExp modifiers": "(() => { try { return new RegExp('(?i:a)').test('A') } catch { return false } })()",
  "RegExp.escape": "typeof RegExp.escape === 'function'",
  "String.isWellFormed": "typeof ''.isWellFormed === 'function'",
  "ArrayBuffer.transfer": "typeof ArrayBuffer.prototype.transfer === 'function'",
  "Uint8Array.toBase64": "typeof Uint8Array.prototype.toBase64 === 'function'",
  "Math.f16round": "typeof Math.f16round === 'function'",
  "Error.isError": "typeof Error.isError === 'function'",
  WeakRef: "typeof WeakRef === 'function'",
  Intl: "typeof Intl === 'object'",
  "class static blocks":
    "(() => { try { return eval('class A { static { this.x = 1 } } A.x === 1') } catch { return false } })()",
  "top-level using": "(() => { try { eval('{ using x = null }'); return true } catch { return false } })()",
};

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

function nonZeroPages(image: Uint8Array): number {
  let pages = 0;
  for (let at = 0; at < image.length; at += PAGE_BYTES) {
    if (image.subarray(at, at + PAGE_BYTES).some((byte) => byte !== 0)) pages++;
  }
  return pages;
}

async function measure(variant: EngineVariant) {
  const started = performance.now();
  const built = await makeRuntimePackage(variant);
  const { module, thin, image } = built.files;
  const buildMs = performance.now() - started;
  const slot = await JavaScriptSlot.make(built);

  /** Median time of a request in microseconds over 1,000 requests, each on a restored image, and pages that one dirties. */
  const time = (source: string, body?: Uint8Array) => {
    const image = slot.load(source);
    const request = {
      method: body ? "POST" : "GET",
      uri: "http://shop.localhost:8080/cart?id=7",
      ...(body && { body }),
    };
    const times: number[] = [];
    for (let i = 0; i < 1000; i++) {
      slot.restore(image);
      const start = performance.now();
      slot.start(request);
      times.push((performance.now() - start) * 1000);
    }
    return {
      us: Math.round(median(times)),
      requestPages: slot.capture().layers.at(-1)!.pageCount,
      imagePages: image.layers[0]!.pageCount,
    };
  };
  const run = (expression: string) => {
    const image = slot.load(`export default () => { const f = () => ${expression}; return new Response(String(f())) }`);
    const times: number[] = [];
    let text = "";
    for (let i = 0; i < 9; i++) {
      slot.restore(image);
      const start = performance.now();
      text = bodyText(slot.run());
      times.push(performance.now() - start);
    }
    // The best of nine shows the engine, and not the other work of the machine.
    return { ms: Math.round(Math.min(...times) * 10) / 10, text };
  };

  const fib = run("(() => { const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); return fib(27) })()");
  const document = `Array.from({ length: 100 }, (_, i) =>
    ({ id: i, name: "item " + i, tags: ["a", "b"], price: i * 1.5 }))`;
  const json = run(
    `(() => { const text = JSON.stringify(${document}); let n = 0;
      for (let i = 0; i < 100; i++) n += JSON.stringify(JSON.parse(text)).length; return n })()`,
  );
  const sort = run("Array.from({ length: 50000 }, (_, i) => (i * 7919) % 50021).sort((a, b) => a - b)[77]");
  const words = run(
    `("the quick brown fox ".repeat(5000)).split(" ").map((w) => w.replace(/o/g, "0").toUpperCase()).join("-").length`,
  );
  return {
    moduleBytes: module.length,
    thinBytes: thin.length,
    imageNonZeroPages: nonZeroPages(image),
    buildMs: Math.round(buildMs),
    hello: time(programs.hello),
    jsonApi: time(programs.json, order),
    fibMs: fib.ms,
    jsonMs: json.ms,
    sortMs: sort.ms,
    wordsMs: words.ms,
    features: Object.fromEntries(Object.entries(features).map(([name, test]) => [name, run(test).text === "true"])),
  };
}

const results = { quickjs: await measure("quickjs"), "quickjs-ng": await measure("quickjs-ng") };
const { quickjs: a, "quickjs-ng": b } = results;
const row = (name: string, one: unknown, two: unknown) => console.log(`| ${name} | ${String(one)} | ${String(two)} |`);
console.log("| | quickjs (Bellard) | quickjs-ng |\n| --- | --- | --- |");
row("merged module, bytes", a.moduleBytes, b.moduleBytes);
row("thin module, bytes", a.thinBytes, b.thinBytes);
row("base image, pages of 4 KiB not zero", a.imageNonZeroPages, b.imageNonZeroPages);
row(
  "hello: us a request, pages written, pages of the tenant's image",
  Object.values(a.hello).join(", "),
  Object.values(b.hello).join(", "),
);
row("JSON API: the same", Object.values(a.jsonApi).join(", "), Object.values(b.jsonApi).join(", "));
row("fib(27), ms", a.fibMs, b.fibMs);
row("JSON parse and stringify of 6 KB, 100 times, ms", a.jsonMs, b.jsonMs);
row("sort 50,000 numbers, ms", a.sortMs, b.sortMs);
row("split, replace, join 20,000 words, ms", a.wordsMs, b.wordsMs);
for (const name of Object.keys(features)) row(name, a.features[name] ? "yes" : "no", b.features[name] ? "yes" : "no");
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
