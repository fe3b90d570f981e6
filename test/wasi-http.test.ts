/** Components of the standard's world wasi:http/proxy, as their own toolchain makes them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { type Origin, startOrigin } from "./support/origin.ts";
import { buildFetchEvent } from "./support/wasi-http.ts";

const PROGRAM = `
const routes = {
  async "/echo"(request) {
    const body = [...new Uint8Array(await request.arrayBuffer())];
    return Response.json({ method: request.method, url: request.url, test: request.headers.get("x-test"), body });
  },
  "/headers"() {
    const headers = new Headers({ "x-one": "1" });
    headers.append("set-cookie", "a=1");
    headers.append("set-cookie", "b=2");
    return new Response("made", { status: 201, headers });
  },
  "/stream"() {
    const parts = ["one ", "two ", "three"];
    return new Response(new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (parts.length === 0) controller.close();
        else controller.enqueue(new TextEncoder().encode(parts.shift()));
      },
    }));
  },
  async "/pass"(request) {
    const url = request.headers.get("x-url");
    const answers = await Promise.all([fetch(url + "/one"), fetch(url + "/two", { method: "POST", body: "sent" })]);
    return Response.json(await Promise.all(answers.map(async (it) => [it.status, await it.text()])));
  },
  async "/refused"(request) {
    return new Response(await fetch(request.headers.get("x-url")).then(() => "fetched", () => "refused"));
  },
  "/large": () => new Response(new Uint8Array(3 << 20)),
  "/throw"() { throw new Error("no such luck"); },
  "/exit"() { for (;;); },
};
addEventListener("fetch", (event) => event.respondWith((async () => {
  console.log("asked for " + new URL(event.request.url).pathname);
  return routes[new URL(event.request.url).pathname](event.request);
})()));`;

describe("a wasi:http component", () => {
  let host: TestHost;
  let origin: Origin;
  beforeAll(async () => {
    origin = await startOrigin((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => response.writeHead(202).end(`${request.method} ${request.url} ${body}`));
    });
    host = await startTestHost({
      fetchPrivateNetworks: ["127.0.0.0/8"],
      responseBodyLimitBytes: 2 << 20,
      cpuMs: 2_000,
    });
    await host.deploy("standard", embedConfig(await buildFetchEvent(PROGRAM), { fetch: { allow: [origin.host] } }));
  }, 240_000);
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await origin[Symbol.asyncDispose]();
  });

  it("gets the request as it came", async () => {
    const body = new Uint8Array([0, 1, 254, 255]);
    const response = await host.fetch("standard", "/echo?a=%20b", {
      method: "PUT",
      headers: { "x-test": "yes" },
      body,
    });
    expect(await response.json()).toEqual({
      method: "PUT",
      url: `${host.ingressUrl}/echo?a=%20b`,
      test: "yes",
      body: [...body],
    });
  });

  it("answers with status, fields and body", async () => {
    const response = await host.fetch("standard", "/headers");
    expect([
      response.status,
      response.headers.get("x-one"),
      response.headers.getSetCookie(),
      await response.text(),
    ]).toEqual([201, "1", ["a=1", "b=2"], "made"]);
    expect(await (await host.fetch("standard", "/stream")).text()).toBe("one two three");
    expect(await logOf(host, "standard")).toContain("info: asked for /stream");
  });

  it("asks other servers by the host's fetch, several at once", async () => {
    const response = await host.fetch("standard", "/pass", { headers: { "x-url": origin.url } });
    expect(await response.json()).toEqual([
      [202, "GET /one "],
      [202, "POST /two sent"],
    ]);
    const refused = await host.fetch("standard", "/refused", { headers: { "x-url": "http://10.0.0.1/" } });
    expect(await refused.text()).toBe("refused");
  });

  it("meets the limits of all programs", async () => {
    const codes = ["/large", "/throw", "/exit"].map(async (path) => {
      const response = await host.fetch("standard", path);
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    });
    expect(await Promise.all(codes)).toEqual([
      [502, "PLINTH_RESPONSE_TOO_LARGE"],
      [500, "PLINTH_TENANT_EXCEPTION"],
      [503, "PLINTH_CPU_LIMIT"],
    ]);
    expect((await host.fetch("standard", "/headers")).status).toBe(201);
  });
});
