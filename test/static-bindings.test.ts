/** The bindings of static components. WIT imports give them, with the same limits and errors as slim tenants have. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildStatic } from "../guest-examples/static/build.ts";
import { embedConfig } from "../host/manifest/config.ts";
import type { RuntimeConfig } from "../host/manifest/schema.ts";
import { startFetchOrigin } from "./support/fetch-origin.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import type { Origin } from "./support/origin.ts";
import { slimComponent } from "./support/programs.ts";

const examples = new URL("../guest-examples/static/bindings/", import.meta.url);
const world = { file: new URL("program.wit", examples).pathname, name: "program" };

/**
 * A program that runs the function body in its request, with the interfaces in scope. It answers with the result as JSON,
 * bytes as ASCII. An error of the host is `[code, message]`.
 */
const PROBE = `
  import * as kv from "plinth:kv/store@0.1.0";
  import * as client from "plinth:fetch/client@0.1.0";
  import * as environment from "plinth:vars/environment@0.1.0";
  const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const text = (bytes) => { let all = ""; for (const byte of bytes) all += String.fromCharCode(byte); return all; };
  const plain = (_, value) => (value instanceof Uint8Array ? text(value) : value);
  const fetch = (url, more = {}) =>
    client.fetch({ method: "GET", url, headers: [], body: bytes(""), redirect: "follow", ...more });
  export const handler = {
    handle({ body }) {
      const run = new Function("kv", "fetch", "environment", "bytes", text(body));
      let result;
      try { result = run(kv, fetch, environment, bytes); }
      catch (error) { if (!error.payload) throw error; result = [error.payload.code, error.payload.message]; }
      return { status: 200, headers: [], body: bytes(JSON.stringify(result, plain) ?? "null") };
    },
  };
  export const scheduled = { run() {} };`;

let host: TestHost;
let origin: Origin;
let probe: Uint8Array;
/** Lets the origin answer /slow. */
let release: () => void;

beforeAll(async () => {
  ({ origin, release } = await startFetchOrigin((request, response) => {
    switch (request.url) {
      case "/away":
        response.writeHead(302, { location: "/page" }).end();
        return;
      case "/page":
        response.end("a page");
        return;
      default:
        response.writeHead(404).end();
    }
  }));
  host = await startTestHost({ fetchPrivateNetworks: ["127.0.0.1/32"], workers: 2 });
  probe = await buildStatic("qjs", PROBE, { world });
  await deploy("faulty");
}, 120_000);
afterAll(async () => {
  await host.close();
  await origin[Symbol.asyncDispose]();
});

const kv = [{ binding: "STORE", namespace: "store" }];

function deploy(name: string, config: RuntimeConfig = {}): Promise<void> {
  return host.deploy(name, embedConfig(probe, { kv, fetch: { allow: [origin.host] }, ...config }));
}

async function ask(name: string, body: string): Promise<unknown> {
  const response = await host.fetch(name, "/", { method: "POST", body });
  const answer = Buffer.from(await response.arrayBuffer()).toString("latin1");
  return response.ok
    ? JSON.parse(answer)
    : [response.status, (JSON.parse(answer) as { error: { code: string } }).error.code];
}

describe("KV", () => {
  it("is written and read, with metadata, expiration and revisions", async () => {
    await deploy("writer");
    const answer = (await ask(
      "writer",
      `const options = { expirationTtl: 3600, metadata: '{"a":[1]}' };
       const revision = kv.put("STORE", "k", bytes("value"), options);
       return { revision, entry: kv.get("STORE", "k"), none: kv.get("STORE", "other") ?? "none" };`,
    )) as { revision: number; entry: { expiration: number } };
    expect(answer).toMatchObject({
      entry: { value: "value", metadata: '{"a":[1]}', revision: answer.revision },
      none: "none",
    });
    expect(answer.entry.expiration - Date.now() / 1000).toBeGreaterThan(3500);
  });

  it("reads many keys at once and lists them by pages; deletes", async () => {
    await deploy("lister");
    expect(
      await ask(
        "lister",
        `for (const key of ["a1", "a2", "a3", "b"]) kv.put("STORE", key, bytes("v-" + key),
          { metadata: key === "a2" ? '"m"' : undefined });
         kv.delete("STORE", "a3", undefined);
         const first = kv.list("STORE", { prefix: "a", limit: 1 });
         const second = kv.list("STORE", { prefix: "a", limit: 1, cursor: first.cursor });
         return {
           many: kv.getMany("STORE", ["b", "a3", "a1"]).map((entry) => entry?.value ?? null),
           pages: [first.keys, second.keys],
           more: [typeof first.cursor, second.cursor],
         };`,
      ),
    ).toEqual({
      many: ["v-b", null, "v-a1"],
      pages: [[{ name: "a1", metadata: null, expiration: null }], [{ name: "a2", metadata: '"m"', expiration: null }]],
      more: ["string", null],
    });
  });

  it("is what slim tenants see, by grant, and read-only where that is all that was granted", async () => {
    await deploy("owner");
    await ask("owner", `kv.put("STORE", "k", bytes("from WIT"), {})`);
    const json = { "content-type": "application/json" };
    const grant = { method: "PUT", headers: json, body: JSON.stringify({ write: false }) };
    for (const reader of ["slim-reader", "reader"]) {
      await host.admin("/v1/tenants", { method: "POST", headers: json, body: JSON.stringify({ name: reader }) });
      const granted = await host.admin(`/v1/tenants/owner/kv/store/grants/${reader}`, grant);
      expect(granted.ok).toBe(true);
    }
    const theirs = [{ binding: "STORE", namespace: "owner/store" }];
    const slim = slimComponent('export default { fetch: async (_, env) => new Response(await env.STORE.get("k")) };');
    await host.deploy("slim-reader", embedConfig(slim, { kv: theirs }));
    await deploy("reader", { kv: theirs });
    expect(await (await host.fetch("slim-reader")).text()).toBe("from WIT");
    expect(await ask("reader", `return kv.get("STORE", "k").value`)).toBe("from WIT");
    expect(await ask("reader", `return kv.put("STORE", "k", bytes("mine"), {})`)).toMatchObject([
      "PLINTH_KV_READ_ONLY",
      expect.any(String),
    ]);
  });

  it.each([
    ["PLINTH_KV_UNBOUND", `kv.get("OTHER", "k")`],
    ["PLINTH_KV_UNBOUND", `kv.put("OTHER", "k", bytes(""), {})`],
    ["PLINTH_KV_KEY", `kv.get("STORE", "")`],
    ["PLINTH_KV_KEY", `kv.delete("STORE", "x".repeat(513), undefined)`],
    ["PLINTH_KV_ARGUMENT", `kv.getMany("STORE", Array(101).fill("k"))`],
    ["PLINTH_KV_ARGUMENT", `kv.list("STORE", { limit: 1001 })`],
    ["PLINTH_KV_ARGUMENT", `kv.put("STORE", "k", bytes(""), { metadata: "{" })`],
    ["PLINTH_KV_METADATA_TOO_LARGE", `kv.put("STORE", "k", bytes(""), { metadata: '"' + "x".repeat(1023) + '"' })`],
    ["PLINTH_KV_EXPIRATION", `kv.put("STORE", "k", bytes(""), { expirationTtl: 59 })`],
    ["PLINTH_KV_EXPIRATION", `kv.put("STORE", "k", bytes(""), { expiration: 2 ** 63 })`],
    ["PLINTH_KV_CONFLICT", `kv.put("STORE", "c", bytes(""), { ifRevision: kv.put("STORE", "c", bytes(""), {}) + 1 })`],
    ["PLINTH_KV_VALUE_TOO_LARGE", `kv.put("STORE", "k", new Uint8Array((25 << 20) + 1), {})`],
  ])("says %s: %s", async (code, call) => {
    expect(await ask("faulty", `return ${call}`)).toMatchObject([code, expect.any(String)]);
  });
});

describe("fetch", () => {
  it("sends method, fields and body, and gives the answer as it came", async () => {
    await deploy("fetcher");
    const more = `{ method: "POST", body: bytes("ping"), headers: [["x-field", new Uint8Array([0xe9])]] }`;
    expect(await ask("fetcher", `return fetch("${origin.url}/echo", ${more})`)).toMatchObject({
      status: 201,
      statusText: "Made",
      url: `${origin.url}/echo`,
      redirected: false,
      body: "ping",
      headers: expect.arrayContaining([
        ["x-field", "\u00e9"],
        ["x-method", "POST"],
      ]),
    });
  });

  it("follows redirects, or not", async () => {
    await deploy("redirected");
    const ways = `["follow", "manual"].map((redirect) => fetch("${origin.url}/away", { redirect }))`;
    expect(await ask("redirected", `return ${ways}.map(({ status, redirected }) => [status, redirected])`)).toEqual([
      [200, true],
      [302, false],
    ]);
    expect(await ask("redirected", `return fetch("${origin.url}/away", { redirect: "error" })`)).toMatchObject([
      "PLINTH_FETCH_REDIRECT",
      expect.any(String),
    ]);
  });

  it("is refused where the manifest does not allow the host, and for addresses that are not public", async () => {
    await deploy("denied", { fetch: { allow: ["127.0.0.2"] } });
    expect(await ask("denied", `return fetch("${origin.url}/page")`)).toMatchObject([
      "PLINTH_FETCH_DENIED",
      expect.any(String),
    ]);
    expect(await ask("denied", `return fetch("http://127.0.0.2/")`)).toMatchObject([
      "PLINTH_FETCH_ADDRESS",
      expect.any(String),
    ]);
  });

  it("is counted and measured by request", async () => {
    await deploy("limited", { limits: { fetchLimit: 2, fetchBodyLimitBytes: 5 } });
    expect(await ask("limited", `return fetch("${origin.url}/page")`)).toMatchObject([
      "PLINTH_FETCH_TOO_LARGE",
      expect.any(String),
    ]);
    const three = `for (let n = 0; n < 3; n++) fetch("${origin.url}/nothing")`;
    expect(await ask("limited", three)).toMatchObject(["PLINTH_FETCH_LIMIT", expect.any(String)]);
  });

  it("costs no CPU time while it waits, and holds up nobody", async () => {
    await deploy("waiter", { limits: { cpuMs: 200 } });
    const slow = Promise.all(
      Array.from({ length: 20 }, () => ask("waiter", `return fetch("${origin.url}/slow").body`)),
    );
    await origin.arrived(origin.requests.length + 20);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await ask("waiter", "return 1")).toBe(1);
    release();
    expect(new Set((await slow) as string[])).toEqual(new Set(["at last"]));
  });

  it("is given up when its request's time is up", async () => {
    await deploy("late", { limits: { wallMs: 500 } });
    expect(await ask("late", `return fetch("${origin.url}/never")`)).toEqual([504, "PLINTH_WALL_LIMIT"]);
    await origin.idle();
  });

  it("counts towards the memory of waiting requests", async () => {
    // The memory of the instance counts, too, while it waits.
    await deploy("heavy", { limits: { waitingMemoryLimitBytes: 16 << 20 } });
    const body = (bytes: number) => `{ method: "POST", body: new Uint8Array(${bytes}) }`;
    expect(await ask("heavy", `return fetch("${origin.url}/echo", ${body(100_000)}).status`)).toBe(201);
    expect(await ask("heavy", `return fetch("${origin.url}/echo", ${body(9_000_000)}).status`)).toEqual([
      429,
      "PLINTH_TENANT_BUSY",
    ]);
  });
});

describe("vars and secrets", () => {
  it("are texts, or JSON where they are none", async () => {
    await deploy("configured", { vars: { TEXT: "grey", LIST: [1, "two"], SECRET: "a var" } });
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ value: "hush" });
    await host.admin("/v1/tenants/configured/secrets/SECRET", { method: "PUT", headers, body });
    expect(
      await ask(
        "configured",
        `return [environment.get("TEXT"), environment.get("toString") ?? "none", environment.all()]`,
      ),
    ).toEqual([
      "grey",
      "none",
      expect.arrayContaining([
        ["TEXT", "grey"],
        ["LIST", '[1,"two"]'],
        ["SECRET", "hush"],
      ]),
    ]);
  });
});

describe("a component of other types", () => {
  it("is refused when it is deployed, by the interface's name", async () => {
    const folder = join(host.dataDir, "changed");
    await cp(new URL("../wit/", import.meta.url), folder, { recursive: true });
    const kvWit = join(folder, "kv.wit");
    const changed = (await readFile(kvWit, "utf8")).replace("metadata: option<string>", "metadata: option<list<u8>>");
    await writeFile(kvWit, changed);
    const component = await buildStatic("qjs", PROBE, { world: { ...world, packages: folder } });
    await expect(host.deploy("stranger", component)).rejects.toThrow(/PLINTH_INTERFACE_TYPE.*plinth:kv/);
  });
});
