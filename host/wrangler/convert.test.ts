import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convertWrangler } from "./convert.ts";

const convert = (config: Record<string, unknown>) => convertWrangler(config, ["go", "js"]);

test("what Plinth has becomes a manifest", () => {
  const { manifest, ...said } = convert({
    $schema: "node_modules/wrangler/config-schema.json",
    name: "shop",
    main: "src/index.ts",
    account_id: "f00d",
    compatibility_date: "2026-01-01",
    compatibility_flags: ["nodejs_compat"],
    workers_dev: false,
    observability: { enabled: true },
    vars: { GREETING: "hi", FLAGS: { beta: false } },
    kv_namespaces: [
      { binding: "PAGES", id: "0f2ac74b498b48028cb68387c421e279", preview_id: "6a1ddb03f3ec250963f0a1e46820076f" },
      { binding: "NOTES" },
    ],
    assets: { directory: "./public", binding: "ASSETS", not_found_handling: "404-page", run_worker_first: ["/api/*"] },
    triggers: { crons: ["*/5 * * * *"] },
    routes: ["shop.example.com/*", { pattern: "WWW.example.com", custom_domain: true }],
  });
  expect(said).toEqual({ unsupported: [], mistakes: [], warnings: [] });
  expect(manifest).toEqual({
    name: "shop",
    main: "src/index.ts",
    vars: { GREETING: "hi", FLAGS: { beta: false } },
    kv: [
      { binding: "PAGES", namespace: "0f2ac74b498b48028cb68387c421e279" },
      { binding: "NOTES", namespace: "NOTES" },
    ],
    assets: { directory: "./public", binding: "ASSETS", notFound: "404-page", runWorkerFirst: ["/api/*"] },
    crons: ["*/5 * * * *"],
    routes: ["shop.example.com", "www.example.com"],
  });
});

test("a configuration that says little leaves the rest out", () => {
  expect(convert({ name: "shop" }).manifest).toEqual({ name: "shop" });
  expect(convert({ route: "shop.example.com/*" }).manifest).toEqual({ routes: ["shop.example.com"] });
  expect(convert({ routes: [] }).manifest).toEqual({ routes: [] });
});

test("all keys that Plinth does not have are told at once, each with what to do", () => {
  const { unsupported } = convert({
    name: "shop",
    durable_objects: { bindings: [{ name: "ROOM", class_name: "Room" }] },
    r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
    d1_databases: [{ binding: "DB", database_id: "1" }],
    queues: { producers: [{ binding: "Q", queue: "q" }] },
    ai: { binding: "AI" },
    vectorize: [{ binding: "V", index_name: "v" }],
    hyperdrive: [{ binding: "H", id: "1" }],
    brand_new_thing: true,
  });
  expect(unsupported.map(({ path }) => path)).toEqual([
    "durable_objects",
    "r2_buckets",
    "d1_databases",
    "queues",
    "ai",
    "vectorize",
    "hyperdrive",
    "brand_new_thing",
  ]);
  for (const { path, text } of unsupported) expect(text, path).toMatch(/^[A-Z].{20,}[^.]$/);
});

test("a key that asks for nothing is no hindrance", () => {
  const empty = { queues: { producers: [], consumers: [] }, r2_buckets: [], minify: true, site: null, logpush: false };
  expect(convert(empty)).toEqual({ manifest: {}, unsupported: [], mistakes: [], warnings: [] });
});

describe("routes", () => {
  test.each([
    ["shop.example.com/api/*", /no paths/],
    ["*.example.com/*", /no wildcards/],
    ["*example.com", /no wildcards/],
    ["https://shop.example.com/a", /no paths/],
  ])("%s is told with what to do, and the others are taken", (pattern, advice) => {
    const { manifest, unsupported } = convert({
      routes: [pattern, { pattern: "https://a.example.com/*" }, "a.example.com"],
    });
    expect(manifest.routes).toEqual(["a.example.com"]);
    expect(unsupported).toEqual([{ path: "routes", text: expect.stringMatching(advice) }]);
    expect(unsupported[0]!.text).toContain(JSON.stringify(pattern));
  });
});

describe("days of the week, which Workers count from 1", () => {
  test.each([
    ["0 17 * * 1", "0 17 * * 0"],
    ["10 7 * * 2-6", "10 7 * * 1-5"],
    ["0 0 * * 1,7", "0 0 * * 0,6"],
    ["0 0 * * 6L", "0 0 * * 5L"],
    ["0 0 * * 6#2", "0 0 * * 5#2"],
    ["0 0 * * 2-6/2", "0 0 * * 1-5/2"],
  ])("%s is %s, and a warning says so", (theirs, ours) => {
    const { manifest, warnings, mistakes } = convert({ triggers: { crons: [theirs] } });
    expect(mistakes).toEqual([]);
    expect(manifest.crons).toEqual([ours]);
    expect(warnings).toEqual([expect.stringContaining(JSON.stringify(ours))]);
  });

  test.each(["*/5 * * * *", "0 0 * * MON-FRI", "0 0 * * */2", "0 0 1 1 *"])("%s stays", (cron) => {
    const { manifest, warnings } = convert({ triggers: { crons: [cron] } });
    expect([manifest.crons, warnings]).toEqual([[cron], []]);
  });
});

test("values that are not right are told by wrangler's names", () => {
  const { mistakes } = convert({
    name: "My_Shop",
    main: 5,
    vars: { "A-B": 1 },
    kv_namespaces: [{ binding: "A", id: "a/b/c" }, { id: "x" }],
    triggers: { crons: ["0 0 * * * *"] },
    routes: [7, "a b"],
    assets: { directory: "public", html_handling: "always", colour: "red" },
  });
  expect(mistakes.map(({ path }) => path).toSorted()).toEqual([
    "assets.colour",
    "assets.html_handling",
    "kv_namespaces[0].id",
    "kv_namespaces[1]",
    "main",
    "name",
    "routes",
    "routes",
    "triggers.crons[0]",
    'vars["A-B"]',
  ]);
  expect(convert({ kv_namespaces: "x", triggers: [], routes: "x", vars: 1 }).mistakes).toHaveLength(4);
});

test("limits of Workers are left out with a warning", () => {
  expect(convert({ limits: { cpu_ms: 100 } }).warnings).toEqual([expect.stringContaining("limits is left out")]);
});

test("any JSON is answered and never throws", () => {
  const keys = ["name", "main", "vars", "kv_namespaces", "assets", "triggers", "routes", "route", "env", "limits", "x"];
  const config = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
  fc.assert(
    fc.property(config, (value) => {
      const { manifest, mistakes, unsupported } = convert(value as Record<string, unknown>);
      expect(manifest).toBeTypeOf("object");
      expect([...mistakes, ...unsupported].every(({ text }) => text !== "")).toBe(true);
    }),
    { numRuns: 300 },
  );
});
