import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { buildText } from "../runtimes/js/build-text.ts";
import { startTestHost, type TestHost } from "./support/host.ts";

const PROGRAM = `export default { async fetch(request, env) {
  const { pathname } = new URL(request.url);
  if (pathname === "/throw") throw new Error("out of stock");
  if (pathname === "/spin") for (;;) {}
  if (pathname === "/kv") {
    await env.KV.put("key", "value");
    return new Response(await env.KV.get("key"));
  }
  return new Response("hello");
} };`;

/** The samples by name and labels: `plinth_x{a="b"}`. */
async function samples(host: TestHost): Promise<Map<string, number>> {
  const response = await host.admin("/metrics");
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

describe("metrics", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ cpuMs: 100 });
    await host.deploy(
      "shop",
      embedConfig(new Uint8Array(await buildText(PROGRAM)), { kv: [{ binding: "KV", namespace: "DATA" }] }),
    );
  });
  afterAll(() => host[Symbol.asyncDispose]());

  it("count a tenant's requests, errors, CPU time, steps and calls", async () => {
    for (const path of ["/", "/", "/kv", "/throw", "/spin"]) await (await host.fetch("shop", path)).arrayBuffer();
    // The last numbers of a request come with its end, after its answer.
    await expect.poll(async () => (await samples(host)).get("plinth_requests_in_flight")).toBe(0);
    const found = await samples(host);
    const of = (name: string) => found.get(`plinth_tenant_${name}`);
    expect(of('requests_total{tenant="shop",status="2xx"}')).toBe(3);
    expect(of('requests_total{tenant="shop",status="5xx"}')).toBe(2);
    expect(of('errors_total{tenant="shop",code="PLINTH_TENANT_EXCEPTION"}')).toBe(1);
    expect(of('errors_total{tenant="shop",code="PLINTH_CPU_LIMIT"}')).toBe(1);
    expect(of('binding_calls_total{tenant="shop",binding="kv"}')).toBe(1);
    expect(of('kv_reads_total{tenant="shop"}')).toBe(1);
    expect(of('cpu_seconds_total{tenant="shop"}')).toBeGreaterThan(0.05);
    // Two plain answers, one that waits for its write, and the failure; the one that was cut has no result.
    expect(of('steps_total{tenant="shop"}')).toBeGreaterThanOrEqual(5);
    expect(of('switch_seconds_total{tenant="shop"}')).toBeGreaterThan(0);
    expect(of('cold_steps_total{tenant="shop"}')).toBeGreaterThan(0);
    expect(found.get("plinth_request_duration_seconds_count")).toBe(5);
  });

  it("show the host: threads, queues, memory, limits, the event loop", async () => {
    const found = await samples(host);
    expect(found.get('plinth_limit{of="workers"}')).toBeGreaterThanOrEqual(2);
    expect(found.get('plinth_queue_length{pool="slots"}')).toBe(0);
    expect(found.get('plinth_memory_bytes{kind="rss"}')).toBeGreaterThan(1e7);
    expect(found.get('plinth_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);
    await expect
      .poll(async () => (await samples(host)).get('plinth_threads{pool="slots",state="idle"}'))
      .toBeGreaterThan(0);
  });

  it("are the operator's", async () => {
    const json = { "content-type": "application/json" };
    const made = await host.admin("/v1/tokens", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ label: "ci", tenant: "shop" }),
    });
    const { token } = (await made.json()) as { token: string };
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${host.adminUrl}/metrics`, { headers })).status;
    expect([await status({}), await status({ authorization: `Bearer ${token}` })]).toEqual([401, 403]);
  });

  it("forget a tenant that was deleted", async () => {
    await host.deploy("gone", await buildText(PROGRAM));
    await (await host.fetch("gone")).arrayBuffer();
    const series = async () => [...(await samples(host)).keys()].filter((name) => name.includes('"gone"'));
    await expect.poll(series).not.toEqual([]);
    await host.admin("/v1/tenants/gone", { method: "DELETE" });
    expect(await series()).toEqual([]);
  });

  it("stand beside liveness and readiness, on the admin listener and where the ingress has no tenant", async () => {
    for (const base of [host.adminUrl, host.ingressUrl])
      for (const path of ["/livez", "/readyz"]) {
        const response = await fetch(base + path);
        expect([path, response.status, await response.json()]).toEqual([path, 200, { status: "ok" }]);
      }
    // A tenant with a hostname has these paths for itself.
    const { body } = await host.getByHostname("shop.localhost", "/livez");
    expect(body).toBe("hello");
    expect((await fetch(`${host.ingressUrl}/livez/more`)).status).toBe(404);
  });

  it("know which hostnames are served, for certificates on demand", async () => {
    const json = { "content-type": "application/json" };
    const body = JSON.stringify({ hostnames: ["shop.example.com"] });
    await host.admin("/v1/tenants/shop/hostnames", { method: "PUT", headers: json, body });
    const status = async (domain: string) =>
      (await fetch(`${host.adminUrl}/v1/hostnames/check?domain=${domain}`)).status;
    expect(await status("shop.example.com")).toBe(200);
    expect(await status("shop.localhost")).toBe(200);
    expect(await status("nobody.localhost")).toBe(404);
    expect(await status("other.example.com")).toBe(404);
  });
});
