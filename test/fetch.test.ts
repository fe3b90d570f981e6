/** Outbound fetch of JavaScript tenants, from a visitor's request to a server of the tenant's choice and back. */
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import type { RuntimeConfig } from "../host/manifest/schema.ts";
import { startFetchOrigin } from "./support/fetch-origin.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import type { Origin } from "./support/origin.ts";
import { slimComponent } from "./support/programs.ts";

const everyByte = Uint8Array.from({ length: 70_000 }, (_, i) => i * 7);

let host: TestHost;
let origin: Origin;
/** Lets the origin answer /slow. */
let release: () => void;
const together: ServerResponse[] = [];

beforeAll(async () => {
  ({ origin, release } = await startFetchOrigin((request, response) => {
    switch (request.url) {
      case "/page":
        response.writeHead(201, { "content-type": "text/html", "content-encoding": "gzip" });
        response.end(gzipSync("<p>origin</p>"));
        return;
      case "/metadata":
        response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
        return;
      case "/large":
        response.end(new Uint8Array(3 << 20));
        return;
      case "/together":
        // The answers wait until six requests have arrived.
        together.push(response);
        if (together.length === 6) for (const waiting of together) waiting.end();
        return;
      default:
        response.end("x".repeat(1000));
    }
  }));
  host = await startTestHost({ fetchPrivateNetworks: ["127.0.0.1/32"], workers: 2 });
});
afterAll(async () => {
  await host.close();
  await origin[Symbol.asyncDispose]();
});

/** Deploys a handler with `ORIGIN` in scope. It may fetch from the origin; `config` can set other hosts. */
function deploy(name: string, source: string, config: RuntimeConfig = {}): Promise<void> {
  const program = slimComponent(`const ORIGIN = ${JSON.stringify(origin.url)};\n${source}`);
  return host.deploy(name, embedConfig(program, { fetch: { allow: [origin.host] }, ...config }));
}

/** A handler that answers with the expression's value as JSON, or with the error's name, code and message. */
const answering = (expression: string) => `export default { async fetch(request) {
  try { return Response.json(await (${expression})); }
  catch (error) { return Response.json([error.name, error.code, error.message]); }
} };`;

const json = async (name: string) => (await host.fetch(name)).json() as Promise<unknown>;

describe("a proxy", () => {
  it("passes requests and responses on, bytes and headers", async () => {
    await deploy("proxy", `export default { fetch: (request) => fetch(new Request(ORIGIN + "/echo", request)) };`);
    const init = { method: "PUT", body: everyByte, headers: { "x-field": "yes" } };
    const response = await host.fetch("proxy", "/any", init);
    expect(response.status).toBe(201);
    expect(response.headers.get("x-method")).toBe("PUT");
    expect(response.headers.get("x-field")).toBe("yes");
    expect(await response.bytes()).toEqual(everyByte);
  });

  it("passes on what the origin has compressed", async () => {
    await deploy("page", `export default { fetch: () => fetch(ORIGIN + "/page") };`);
    const response = await host.fetch("page");
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(await response.text()).toBe("<p>origin</p>");
  });

  it("rewrites a response", async () => {
    const source = `export default { async fetch() {
      const response = await fetch(ORIGIN + "/page");
      const headers = new Headers(response.headers);
      headers.set("x-by", "plinth");
      return new Response((await response.text()).replace("origin", "edge"), { status: response.status, headers });
    } };`;
    await deploy("rewriter", source);
    const response = await host.fetch("rewriter");
    expect([response.status, response.headers.get("x-by")]).toEqual([201, "plinth"]);
    expect(await response.text()).toBe("<p>edge</p>");
  });

  it("streams bodies both ways through the program", async () => {
    const source = `export default { async fetch(request) {
      const upper = () => new TransformStream({ transform: (chunk, out) => out.enqueue(chunk.map((byte) => byte ^ 255)) });
      const body = request.body.pipeThrough(upper());
      const response = await fetch(ORIGIN + "/echo", { method: "POST", body, duplex: "half" });
      return new Response(response.body.pipeThrough(upper()));
    } };`;
    await deploy("streams", source);
    const response = await host.fetch("streams", "/", { method: "POST", body: everyByte });
    expect(await response.bytes()).toEqual(everyByte);
  });
});

describe("what is not allowed", () => {
  it("is every host that the manifest does not list", async () => {
    await deploy("denied", answering(`fetch("https://api.example.com/prices")`));
    expect(await json("denied")).toEqual([
      "TypeError",
      "PLINTH_FETCH_DENIED",
      expect.stringContaining('Add "api.example.com" to fetch.allow in its plinth.jsonc'),
    ]);
    await host.deploy("bare", slimComponent(answering(`fetch("${origin.url}/")`)));
    expect(await json("bare")).toMatchObject({ 1: "PLINTH_FETCH_DENIED" });
  });

  it("is a private address, whatever the manifest says, and however it is reached", async () => {
    const allow = [origin.host, "169.254.169.254", `127.0.0.2:${origin.port}`];
    const before = origin.requests.length;
    await deploy("private", answering(`fetch(ORIGIN.replace("127.0.0.1", "127.0.0.2"))`), { fetch: { allow } });
    expect(await json("private")).toMatchObject({ 1: "PLINTH_FETCH_ADDRESS" });
    expect(origin.requests.length).toBe(before);
    await deploy("redirected", answering(`fetch(ORIGIN + "/metadata")`), { fetch: { allow } });
    expect(await json("redirected")).toMatchObject({ 1: "PLINTH_FETCH_ADDRESS" });
  });

  it("is a fetch while the module loads", async () => {
    const failed = deploy("early", `const page = await fetch(ORIGIN + "/page");\n${answering("page")}`);
    await expect(failed).rejects.toThrow(/fetch cannot be called while the module loads: call it in the handler/);
  });
});

describe("limits", () => {
  it("are those of the manifest, where it lowers them", async () => {
    const twice = `[(await fetch(ORIGIN)).status, (await fetch(ORIGIN)).status]`;
    await deploy("few", answering(`(async () => ${twice})()`), { limits: { fetchLimit: 1 } });
    expect(await json("few")).toMatchObject({ 1: "PLINTH_FETCH_LIMIT" });
    await deploy("small", answering(`fetch(ORIGIN)`), { limits: { fetchBodyLimitBytes: 999 } });
    expect(await json("small")).toMatchObject({ 1: "PLINTH_FETCH_TOO_LARGE" });
    await deploy("hasty", answering(`fetch(ORIGIN + "/never")`), { limits: { fetchTimeoutMs: 50 } });
    expect(await json("hasty")).toMatchObject({ 1: "PLINTH_FETCH_TIMEOUT" });
  });
});

describe("giving up", () => {
  it("by the program's signal closes the connection", async () => {
    await deploy("impatient", answering(`fetch(ORIGIN + "/never", { signal: AbortSignal.timeout(50) })`));
    expect(await json("impatient")).toMatchObject({ 0: "TimeoutError" });
    await connectionsOf("/never");
  });

  it("by the visitor, who goes, closes the connection", async () => {
    await deploy("left", answering(`fetch(ORIGIN + "/never")`));
    const visitor = new AbortController();
    const before = origin.requests.length;
    const visit = host.fetch("left", "/", { signal: visitor.signal });
    await origin.arrived(before + 1);
    visitor.abort();
    await expect(visit).rejects.toThrow("aborted");
    await connectionsOf("/never");
  });

  /** Resolves when every connection with a request for the path is closed. */
  async function connectionsOf(path: string): Promise<void> {
    const sockets = origin.requests.filter(({ url }) => url === path).map(({ socket }) => socket);
    await Promise.all(
      sockets.map((socket) => socket.closed || new Promise((resolve) => socket.once("close", resolve))),
    );
  }
});

describe("waiting", () => {
  it("counts what it gives towards the memory that the tenant's requests hold", async () => {
    const program = `export default async () => {
      const { byteLength } = await (await fetch(ORIGIN + "/large")).arrayBuffer();
      return new Response("read " + byteLength);
    };`;
    await deploy("reader", program, { limits: { waitingMemoryLimitBytes: 4 << 20 } });
    await deploy("greedy", program, { limits: { waitingMemoryLimitBytes: 2 << 20 } });
    // Each request gives back its held memory before the next one comes.
    for (let n = 0; n < 3; n++) expect(await (await host.fetch("reader")).text()).toBe(`read ${3 << 20}`);
    expect((await host.fetch("greedy")).status).toBe(429);
  });

  it("of 50 tenants for a slow server holds no worker", async () => {
    const names = Array.from({ length: 50 }, (_, i) => `waits-${i}`);
    await deploy("neighbour", answering(`"here"`));
    for (const name of names) await deploy(name, `export default { fetch: () => fetch(ORIGIN + "/slow") };`);
    const before = origin.requests.length;
    const visits = names.map(async (name) => (await host.fetch(name)).text());
    await origin.arrived(before + names.length);
    for (let i = 0; i < 5; i++) expect(await json("neighbour")).toBe("here");
    release();
    expect(new Set(await Promise.all(visits))).toEqual(new Set(["at last"]));
  });

  it("goes on behind the response", async () => {
    const source = `export default { fetch(request, env, ctx) {
      ctx.waitUntil(fetch(ORIGIN + "/echo", { method: "POST", body: "told behind", headers: { "x-field": "behind" } }));
      return new Response("answered");
    } };`;
    await deploy("behind", source);
    const before = origin.requests.length;
    expect(await (await host.fetch("behind")).text()).toBe("answered");
    await origin.arrived(before + 1);
    expect(origin.requests.at(-1)?.headers["x-field"]).toBe("behind");
  });

  it("is for several at once, where the program asks for several", async () => {
    const program = `Promise.all(Array.from({ length: 6 }, () => fetch(ORIGIN + "/together").then(({ status }) =>
      status)))`;
    await deploy("parallel", answering(program));
    expect(await json("parallel")).toEqual([200, 200, 200, 200, 200, 200]);
  });
});
