import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Origin, startOrigin } from "../../../test/support/origin.ts";
import { FETCH_HEAD_LIMIT_BYTES, KIB } from "../../config/limits.ts";
import { beginRequest, openBinding } from "./caller.fixture.ts";

/** Answers that the origin owes, in the order of their requests. */
let owed: (() => void)[] = [];
let origin: Origin;

beforeAll(async () => {
  origin = await startOrigin((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://origin");
    const bytes = Number(searchParams.get("bytes"));
    switch (pathname) {
      case "/owed":
        owed.push(() => response.end("at last"));
        return;
      case "/begun":
        response.write("x".repeat(bytes));
        owed.push(() => response.end());
        return;
      case "/gzip":
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(bytes)));
        return;
      default:
        response.end("x".repeat(bytes));
    }
  });
});
afterAll(() => origin[Symbol.asyncDispose]());
beforeEach(() => {
  owed = [];
});

const answerAll = async (count: number) => {
  for (let answered = 0; answered < count; answered++) {
    while (owed.length === 0) await new Promise(setImmediate);
    owed.shift()!();
  }
};

describe("time", () => {
  test.each(["/owed", "/begun?bytes=10"])("%s", async (path) => {
    await using binding = openBinding();
    const fetch = beginRequest(binding, { allow: [origin.host], limits: { fetchTimeoutMs: 50 } });
    await expect(fetch(origin.url + path)).rejects.toMatchObject({
      code: "PLINTH_FETCH_TIMEOUT",
      message: expect.stringContaining("within 50 ms"),
    });
    await origin.idle();
  });

  test("does not count while a fetch waits for its turn", async () => {
    await using binding = openBinding();
    const limits = { fetchTimeoutMs: 2_000, fetchRequestConcurrency: 1 };
    const fetch = beginRequest(binding, { allow: [origin.host], limits });
    const first = fetch(`${origin.url}/owed`);
    const second = fetch(`${origin.url}/`);
    await expect(first).rejects.toMatchObject({ code: "PLINTH_FETCH_TIMEOUT" });
    expect((await second).status).toBe(200);
  });
});

describe("bytes", () => {
  const limits = { fetchBodyLimitBytes: 10 * KIB };

  test.each([10 * KIB, 10 * KIB + 1])("of a request's body: %i", async (bytes) => {
    await using binding = openBinding();
    const fetched = beginRequest(binding, { allow: [origin.host], limits })(origin.url, {
      method: "POST",
      body: new Uint8Array(bytes),
    });
    if (bytes === 10 * KIB) expect((await fetched).status).toBe(200);
    else await expect(fetched).rejects.toMatchObject({ code: "PLINTH_FETCH_TOO_LARGE" });
  });

  test.each(["/", "/gzip"])("of a response's body, decompressed: %s", async (path) => {
    await using binding = openBinding();
    const fetch = beginRequest(binding, { allow: [origin.host], limits });
    expect((await fetch(`${origin.url}${path}?bytes=${10 * KIB}`)).body.length).toBe(10 * KIB);
    await expect(fetch(`${origin.url}${path}?bytes=${10 * KIB + 1}`)).rejects.toMatchObject({
      code: "PLINTH_FETCH_TOO_LARGE",
      message: expect.stringContaining("response body is over the limit of 10240 bytes"),
    });
    // The size of the response does not matter, because the rest is not received.
    await expect(fetch(`${origin.url}${path}?bytes=${4096 * KIB}`)).rejects.toMatchObject({
      code: "PLINTH_FETCH_TOO_LARGE",
    });
  });

  test("of URL and headers", async () => {
    await using binding = openBinding();
    const fetch = beginRequest(binding, { allow: [origin.host] });
    await expect(fetch(`${origin.url}/?${"q".repeat(FETCH_HEAD_LIMIT_BYTES)}`)).rejects.toMatchObject({
      code: "PLINTH_FETCH_REQUEST",
      message: expect.stringContaining("65536 bytes"),
    });
    const headers = [["x-a", "a".repeat(FETCH_HEAD_LIMIT_BYTES)]];
    await expect(fetch(origin.url, { headers })).rejects.toMatchObject({ code: "PLINTH_FETCH_REQUEST" });
  });

  const busy = { code: "PLINTH_FETCH_BUSY", message: expect.stringContaining("fill the memory") };

  test("received of a tenant's fetches at once", async () => {
    await using binding = openBinding();
    const alice = { allow: [origin.host], limits: { fetchMemoryLimitBytes: 10 * KIB } };
    const held = beginRequest(binding, alice)(`${origin.url}/begun?bytes=${8 * KIB}`);
    await origin.arrived(origin.requests.length + 1);
    // This side cannot see whether the bytes have arrived. The next fetch is refused as soon as they have.
    const next = async () => (await beginRequest(binding, alice)(`${origin.url}/?bytes=${4 * KIB}`)).status;
    await expect.poll(() => next().catch((error: unknown) => error)).toMatchObject(busy);
    const bob = { ...alice, tenant: "bob" };
    expect((await beginRequest(binding, bob)(`${origin.url}/?bytes=${4 * KIB}`)).status).toBe(200);
    await answerAll(1);
    await held;
    expect(await next()).toBe(200);
  });

  test("received of all tenants' fetches at once", async () => {
    await using binding = openBinding({ totalMemoryBytes: 10 * KIB });
    const held = beginRequest(binding, { allow: [origin.host] })(`${origin.url}/begun?bytes=${8 * KIB}`);
    const bob = beginRequest(binding, { tenant: "bob", allow: [origin.host], limits: { fetchLimit: 10_000 } });
    await expect
      .poll(() => bob(`${origin.url}/?bytes=${4 * KIB}`).catch((error: unknown) => error))
      .toMatchObject(busy);
    await answerAll(1);
    await held;
  });
});

describe("fetches", () => {
  test("of a request", async () => {
    await using binding = openBinding();
    const alice = { allow: [origin.host], limits: { fetchLimit: 3 } };
    const fetch = beginRequest(binding, alice);
    for (let i = 0; i < 3; i++) await fetch(origin.url);
    await expect(fetch(origin.url)).rejects.toMatchObject({
      code: "PLINTH_FETCH_LIMIT",
      message: expect.stringContaining("3 fetches"),
    });
    expect((await beginRequest(binding, alice)(origin.url)).status).toBe(200);
  });

  test.each([
    ["a request", { fetchRequestConcurrency: 2, fetchLimit: 10 }, {}, ["alice"], false],
    ["a tenant", { fetchConcurrency: 2 }, {}, ["alice"], true],
    ["the host", {}, { totalConcurrency: 2 }, ["alice", "bob", "carol"], true],
  ])("of %s at once: more wait", async (_, limits, options, tenants, ofRequestEach) => {
    await using calm = await startOrigin((__, response) => void owed.push(() => response.end()));
    await using binding = openBinding(options);
    const begin = (tenant: string) => beginRequest(binding, { tenant, allow: [calm.host], limits });
    const first = begin(tenants[0]!);
    const all = Array.from({ length: 6 }, (__, i) =>
      (ofRequestEach ? begin(tenants[i % tenants.length]!) : first)(calm.url),
    );
    await calm.arrived(2);
    await answerAll(6);
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(calm.mostAtOnce).toBe(2);
  });

  test("that wait are given up with their request", async () => {
    await using binding = openBinding();
    const fetch = beginRequest(binding, { allow: [origin.host], limits: { fetchRequestConcurrency: 1 } });
    const before = origin.requests.length;
    const first = fetch(`${origin.url}/owed`);
    const giveUp = new AbortController();
    const second = fetch(`${origin.url}/owed`, { signal: giveUp.signal });
    giveUp.abort("gone");
    await expect(second).rejects.toBe("gone");
    await answerAll(1);
    await first;
    expect(origin.requests.length - before).toBe(1);
  });
});

describe("connections", () => {
  test("are kept for the tenant, and for no other", async () => {
    await using calm = await startOrigin((_, response) => response.end());
    await using binding = openBinding();
    const of = (tenant: string) => beginRequest(binding, { tenant, allow: [calm.host] });
    await of("alice")(calm.url);
    // undici gives the connection back in a microtask of its own.
    await new Promise(setImmediate);
    await of("alice")(calm.url);
    expect(calm.connections).toBe(1);
    await of("bob")(calm.url);
    expect(calm.connections).toBe(2);
  });

  test("are not kept beyond the fetches that may be under way", async () => {
    await using calm = await startOrigin((_, response) => response.end());
    await using binding = openBinding({ totalConcurrency: 2 });
    for (const tenant of ["alice", "bob", "carol", "dave"]) {
      await beginRequest(binding, { tenant, allow: [calm.host] })(calm.url);
    }
    const closing = calm.requests.map((request) => request.headers.connection);
    expect(closing).toEqual(["keep-alive", "keep-alive", "close", "close"]);
  });

  test.each(["/owed", "/begun?bytes=10"])("are closed when the fetch is given up: %s", async (path) => {
    await using binding = openBinding();
    const giveUp = new AbortController();
    const before = origin.requests.length;
    const fetched = beginRequest(binding, { allow: [origin.host] })(origin.url + path, { signal: giveUp.signal });
    await origin.arrived(before + 1);
    giveUp.abort();
    await expect(fetched).rejects.toThrow("aborted");
    await origin.idle();
  });

  test("that are being made for fetches given up do not add up", async () => {
    await using binding = openBinding({ resolve: () => new Promise(() => {}) });
    const limits = { fetchConcurrency: 2 };
    const fetch = beginRequest(binding, { allow: ["*.example"], limits });
    const giveUp = new AbortController();
    // Four connections are twice the fetches that may be under way: two fetches, and two more once those are given up.
    for (const pair of ["ab", "cd"]) {
      const signal = AbortSignal.any([giveUp.signal, AbortSignal.timeout(50)]);
      await Promise.allSettled([...pair].map((name) => fetch(`http://${name}.example/`, { signal })));
    }
    await expect(fetch("http://e.example/")).rejects.toMatchObject({
      code: "PLINTH_FETCH_BUSY",
      message: expect.stringContaining("too many connections"),
    });
  });
});
