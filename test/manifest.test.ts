/** The settings in a version's manifest, tested over HTTP. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MANIFEST_SECTION } from "../host/component/read/custom-sections.ts";
import { withCustomSection } from "../host/component/write/custom-section.ts";
import { embedConfig } from "../host/manifest/config.ts";
import type { RuntimeConfig } from "../host/manifest/schema.ts";
import { buildProject } from "../host/toolchain/build-project.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ workers: 1, manifestLimitBytes: 2_000 });
});
afterAll(() => host[Symbol.asyncDispose]());

const program = (expression: string, config: RuntimeConfig, topLevel = "") =>
  embedConfig(answering(expression, topLevel), config);

const ask = async (name: string, path = "/") => (await host.fetch(name, path)).text();

interface Answer {
  readonly error?: { readonly code: string; readonly message: string };
}

async function upload(name: string, component: Uint8Array): Promise<{ status: number; body: Answer }> {
  const response = await host.admin(`/v1/tenants/${name}/versions?activate=true`, {
    method: "POST",
    headers: { "content-type": "application/wasm" },
    body: new Uint8Array(component),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

async function put(path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await host.admin(path, { method: "PUT", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

describe("vars", () => {
  const show = "JSON.stringify(env)";

  test("are the program's env, as the JSON that they are, and belong to the version", async () => {
    const vars = { TEXT: "grüezi", NUMBER: 5, DEEP: { a: [1, null, true] } };
    await host.deploy("vars", program(show, { vars }));
    expect(JSON.parse(await ask("vars"))).toEqual(vars);
    await host.deploy("vars", program(show, { vars: { TEXT: "other" } }));
    expect(JSON.parse(await ask("vars"))).toEqual({ TEXT: "other" });
    await host.admin("/v1/tenants/vars/rollback", { method: "POST" });
    expect(JSON.parse(await ask("vars"))).toEqual(vars);
    await host.deploy("vars", answering(show));
    expect(JSON.parse(await ask("vars"))).toEqual({});
  });

  test("of one tenant are nothing to another one in the same slot", async () => {
    await host.deploy("vars-a", program(show, { vars: { A: 1 } }));
    await host.deploy("vars-b", program(show, { vars: { B: 2 } }));
    for (let i = 0; i < 3; i++) {
      expect(JSON.parse(await ask("vars-a"))).toEqual({ A: 1 });
      expect(JSON.parse(await ask("vars-b"))).toEqual({ B: 2 });
    }
  });
});

test("a project's plinth.jsonc goes the whole way", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-project-"));
  try {
    await writeFile(join(folder, "main.ts"), `export default { fetch: (_, env) => new Response(env.GREETING) };`);
    await writeFile(
      join(folder, "plinth.jsonc"),
      `{ "name": "project", "main": "main.ts", "vars": { "GREETING": "hello" }, /* none */ "routes": [] }`,
    );
    const { component } = await buildProject(folder);
    await host.deploy("project", component);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(await ask("project")).toBe("hello");
  const version = await (await host.admin("/v1/tenants/project/versions/1")).json();
  expect(version).toMatchObject({ config: { vars: { GREETING: "hello" } } });
});

test("KV namespaces are made by the deploy that names them; another tenant's is refused until it is granted", async () => {
  const store = `(await env.PAGES.put("a", "page"), await env.PAGES.get("a"))`;
  await host.deploy("pages", program(store, { kv: [{ binding: "PAGES", namespace: "pages" }] }));
  expect(await ask("pages")).toBe("page");

  const reader = program(`await env.SHARED.get("a")`, { kv: [{ binding: "SHARED", namespace: "pages/pages" }] });
  await host.deploy("reader", answering("1"));
  expect(await upload("reader", reader)).toMatchObject({
    status: 403,
    body: { error: { code: "PLINTH_KV_NOT_GRANTED" } },
  });
  await put("/v1/tenants/pages/kv/pages/grants/reader", { write: false });
  await host.deploy("reader", reader);
  expect(await ask("reader")).toBe("page");
  await host.admin("/v1/tenants/pages/kv/pages/grants/reader", { method: "DELETE" });
  const { status } = await host.fetch("reader");
  expect(status).toBe(500);
});

describe("limits", () => {
  test("of a version lower the tenant's, and what is above them is refused", async () => {
    await host.deploy("limits", program("(() => { for (;;); })()", { limits: { cpuMs: 20 } }));
    expect(await ask("limits")).toMatch(/PLINTH_CPU_LIMIT.*more than its 20 ms/);
    expect(await upload("limits", program("1", { limits: { cpuMs: 501 } }))).toMatchObject({
      status: 422,
      body: { error: { code: "PLINTH_MANIFEST_LIMIT", limit: "cpuMs", allowed: 500 } },
    });
  });

  test("that the operator lowers later count, and raised ones do not reach a version that asked for less", async () => {
    const body = `"x".repeat(Number(new URL(request.url).pathname.slice(1)))`;
    await host.deploy("answers", program(body, { limits: { responseBodyLimitBytes: 100 } }));
    const status = async (path: string) => (await host.fetch("answers", path)).status;
    expect([await status("/100"), await status("/101")]).toEqual([200, 502]);
    await put("/v1/tenants/answers/settings", { limits: { responseBodyLimitBytes: 50 } });
    expect([await status("/50"), await status("/51")]).toEqual([200, 502]);
    await put("/v1/tenants/answers/settings", { limits: { responseBodyLimitBytes: 1_000 } });
    expect([await status("/100"), await status("/101")]).toEqual([200, 502]);
  });

  test("of memory hold while the top-level code runs", async () => {
    await host.deploy("memory", answering("1"));
    const greedy = (limits: RuntimeConfig["limits"]) =>
      program("kept.length", { limits: limits ?? {} }, "const kept = new Uint8Array(30_000_000).fill(1);");
    expect(await upload("memory", greedy({ memoryLimitBytes: 16_000_000 }))).toMatchObject({
      body: { error: { code: "PLINTH_TENANT_START_LIMIT" } },
    });
    expect((await upload("memory", greedy({}))).status).toBe(201);
  });
});

test("isolation counts before the tenant's", async () => {
  const count = (config: RuntimeConfig) => program("++calls", config, "let calls = 0;");
  await host.deploy("isolation", count({ isolation: "reuse" }));
  expect([await ask("isolation"), await ask("isolation")]).toEqual(["1", "2"]);
  await put("/v1/tenants/isolation/settings", { isolation: "reuse" });
  await host.deploy("isolation", count({ isolation: "request" }));
  expect([await ask("isolation"), await ask("isolation")]).toEqual(["1", "1"]);
});

describe("a section that is not right is refused, and the live version stays", () => {
  beforeAll(() => host.deploy("strict", answering("'live'")));

  test.each([
    ["no JSON", "{", /is not JSON/],
    ["an unknown property", '{"vras": {}}', /vras is unknown; did you mean "vars"\?/],
    ["a wrong type", '{"limits": {"cpuMs": "fast"}}', /limits\.cpuMs is "fast"; expected a whole number/],
    [
      "more than the limit",
      JSON.stringify({ vars: { A: "x".repeat(2_000) } }),
      /take 2017 bytes as JSON, and the limit is 2000/,
    ],
  ])("%s", async (_, text, message) => {
    const component = withCustomSection(answering("1"), MANIFEST_SECTION, new TextEncoder().encode(text));
    const { status, body } = await upload("strict", component);
    expect([status, body.error?.code]).toEqual([400, "PLINTH_MANIFEST_INVALID"]);
    expect(body.error?.message).toMatch(message);
    expect(await ask("strict")).toBe("live");
  });
});
