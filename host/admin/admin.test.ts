import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TenantName } from "../store/store.ts";
import { answerOn, type Body, failure, startTestAdmin, type TestAdmin } from "./admin.fixture.ts";

let admin: TestAdmin;
beforeEach(async () => {
  admin = await startTestAdmin();
});
afterEach(() => admin[Symbol.asyncDispose]());

const call: TestAdmin["call"] = (...request) => admin.call(...request);

describe("who may call", () => {
  test("health needs no token, everything else does", async () => {
    expect(await call("GET", "/v1/health", { headers: { authorization: "" } })).toEqual({
      status: 200,
      body: { status: "ok", version: expect.any(String), ingress: null, domain: "plinth.test", groups: null },
    });
    for (const authorization of ["", "Bearer wrong", `Basic ${admin.token}`])
      for (const [method, path] of [
        ["GET", "/v1/tenants"],
        ["DELETE", "/v1/tenants/alice"],
        ["GET", "/v1/nothing"],
      ] as const)
        expect(await call(method, path, { headers: { authorization } })).toMatchObject(
          failure(401, "PLINTH_UNAUTHORIZED"),
        );
  });

  test("an upload without a token is refused before its body is read", async () => {
    await call("POST", "/v1/tenants", { json: { name: "alice" } });
    const socket = admin.connect();
    socket.write(
      "POST /v1/tenants/alice/versions HTTP/1.1\r\nHost: localhost\r\n" +
        "Content-Type: application/wasm\r\nContent-Length: 1000\r\n\r\n",
    );
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 401 .*www-authenticate: Bearer/is);
  });

  test.each([
    [{ host: "evil.example" }, 403],
    [{ host: "evil.example:8081" }, 403],
    [{ host: "127.0.0.1.evil.example" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ host: "localhost:1234" }, 200],
    [{ host: "[::1]:1234" }, 200],
    [{ host: "192.0.2.7" }, 200],
    [{ host: "Admin.Example.com:443" }, 200],
    [{ host: "localhost:8081", origin: "http://localhost:8081", "sec-fetch-site": "same-origin" }, 200],
  ])("a request with %j is answered %i", async (headers, status) => {
    // node:http, since fetch sets these headers itself.
    const request = httpRequest(`${admin.base}/v1/health`, { headers });
    request.end();
    const [response] = await once(request, "response");
    response.resume();
    expect(response.statusCode).toBe(status);
  });
});

describe("tenants", () => {
  test("are created, read, listed and deleted", async () => {
    const created = await call("POST", "/v1/tenants", { json: { name: "alice", hostnames: ["Shop.example.com"] } });
    expect(created).toMatchObject({
      status: 201,
      body: {
        name: "alice",
        hostnames: ["shop.example.com"],
        activeVersion: null,
        isolation: "request",
        limits: {},
        url: "http://alice.plinth.test/",
      },
    });
    expect(await call("GET", "/v1/tenants/alice")).toEqual({ status: 200, body: created.body });
    await call("POST", "/v1/tenants", { json: { name: "bob" } });
    const { body } = await call("GET", "/v1/tenants?limit=1");
    expect(body.tenants.map((tenant) => tenant.name)).toEqual(["alice"]);
    expect((await call("GET", `/v1/tenants?limit=1&after=${body.next}`)).body).toMatchObject({
      tenants: [{ name: "bob" }],
      next: null,
    });
    expect(await call("DELETE", "/v1/tenants/alice")).toEqual({ status: 204, body: null });
    expect(await call("GET", "/v1/tenants/alice")).toMatchObject(failure(404, "PLINTH_TENANT_NOT_FOUND"));
    expect(await call("DELETE", "/v1/tenants/alice")).toMatchObject(failure(404, "PLINTH_TENANT_NOT_FOUND"));
  });

  test("hostnames are replaced as a whole", async () => {
    await call("POST", "/v1/tenants", { json: { name: "alice", hostnames: ["a.example"] } });
    await call("POST", "/v1/tenants", { json: { name: "bob" } });
    expect(
      await call("PUT", "/v1/tenants/bob/hostnames", { json: { hostnames: ["b.example", "a.example"] } }),
    ).toMatchObject(failure(409, "PLINTH_HOSTNAME_TAKEN"));
    expect(
      (await call("PUT", "/v1/tenants/alice/hostnames", { json: { hostnames: ["c.example"] } })).body.hostnames,
    ).toEqual(["c.example"]);
    expect(
      (await call("PUT", "/v1/tenants/bob/hostnames", { json: { hostnames: ["a.example"] } })).body.hostnames,
    ).toEqual(["a.example"]);
  });

  test.each(["plinth.test", "bob.plinth.test", "a.b.Plinth.Test"])(
    "%s belongs to the host and to nobody else",
    async (hostname) => {
      expect(await call("POST", "/v1/tenants", { json: { name: "alice", hostnames: [hostname] } })).toMatchObject(
        failure(400, "PLINTH_HOSTNAME_RESERVED"),
      );
      await call("POST", "/v1/tenants", { json: { name: "alice" } });
      expect(await call("PUT", "/v1/tenants/alice/hostnames", { json: { hostnames: [hostname] } })).toMatchObject(
        failure(400, "PLINTH_HOSTNAME_RESERVED"),
      );
    },
  );

  test("limits and isolation are set for one tenant", async () => {
    await call("POST", "/v1/tenants", { json: { name: "alice", limits: { cpuMs: 20 } } });
    const changed = await call("PUT", "/v1/tenants/alice/settings", { json: { isolation: "reuse" } });
    expect(changed).toMatchObject({ status: 200, body: { limits: { cpuMs: 20 }, isolation: "reuse" } });
    for (const json of [
      { limits: { cpuMS: 1 } },
      { limits: { cpuMs: "1" } },
      { limits: { cpuMs: 0 } },
      { isolation: "none" },
      { name: "bob" },
    ])
      expect(await call("PUT", "/v1/tenants/alice/settings", { json })).toMatchObject(
        failure(400, "PLINTH_BAD_REQUEST"),
      );
    expect((await call("GET", "/v1/tenants/alice")).body).toMatchObject({ limits: { cpuMs: 20 }, isolation: "reuse" });
  });

  test.each([
    [{}, "PLINTH_BAD_REQUEST"],
    [{ name: 7 }, "PLINTH_BAD_REQUEST"],
    [{ name: "alice", hostname: "a.example" }, "PLINTH_BAD_REQUEST"],
    [{ name: "alice", hostnames: "a.example" }, "PLINTH_BAD_REQUEST"],
    [{ name: "Alice" }, "PLINTH_TENANT_NAME"],
    [{ name: "alice", hostnames: ["*.example"] }, "PLINTH_HOSTNAME"],
  ])("%j makes none", async (json, code) => {
    expect(await call("POST", "/v1/tenants", { json })).toMatchObject(failure(400, code));
    expect((await call("GET", "/v1/tenants")).body.tenants).toEqual([]);
  });

  test("logs are read from the end, and paged in both directions", async () => {
    await call("POST", "/v1/tenants", { json: { name: "alice" } });
    for (const message of ["one", "two", "three"]) admin.logs.note("alice" as TenantName, null, "info", message);
    const read = async (query: string) => (await call("GET", `/v1/tenants/alice/logs${query}`)).body;
    const messages = ({ lines }: Body) => lines.map((line) => line.message);
    const last = await read("?limit=2");
    expect(messages(last)).toEqual(["two", "three"]);
    expect(messages(await read(`?limit=2&before=${last.before}`))).toEqual(["one"]);
    expect(messages(await read(`?after=${last.after}`))).toEqual([]);
    admin.logs.note("alice" as TenantName, null, "error", "four");
    expect(messages(await read(`?after=${last.after}`))).toEqual(["four"]);
    expect(messages(await read("?after=0&limit=1"))).toEqual(["one"]);
    expect(messages(await read("?level=warn"))).toEqual(["four"]);
    expect(messages(await read("?search=T"))).toEqual(["two", "three"]);
    for (const query of ["?limit=-1", "?level=loud", "?before=1&after=1", "?since=today"])
      expect(await call("GET", `/v1/tenants/alice/logs${query}`)).toMatchObject(failure(400, "PLINTH_BAD_REQUEST"));
    for (const route of ["logs", "tail"])
      expect(await call("GET", `/v1/tenants/bob/${route}`)).toMatchObject(failure(404, "PLINTH_TENANT_NOT_FOUND"));
  });
});

describe("requests that are wrong in themselves", () => {
  test("a query parameter that a route does not know is refused, on routes without a query too", async () => {
    for (const path of ["/v1/health", "/v1/openapi.json", "/v1/token", "/v1/tenants", "/v1/tenants/alice"]) {
      expect([path, await call("GET", `${path}?limt=1`)]).toMatchObject([path, failure(400, "PLINTH_BAD_REQUEST")]);
    }
  });

  test("an unknown route is an error of the table", async () => {
    expect(await call("GET", "/v1/nothing?x=1")).toMatchObject(failure(404, "PLINTH_NOT_FOUND"));
    expect(await call("PATCH", "/v1/tenants")).toMatchObject(failure(404, "PLINTH_NOT_FOUND"));
    expect(await call("GET", "/v1/tenants/%zz")).toMatchObject(failure(400, "PLINTH_BAD_REQUEST"));
  });

  test("a body that is no JSON, of another type, or too long", async () => {
    const json = { "content-type": "application/json" };
    expect(await call("POST", "/v1/tenants", { wasm: "{", headers: json })).toMatchObject(
      failure(400, "PLINTH_BAD_REQUEST"),
    );
    expect(await call("POST", "/v1/tenants", { wasm: "{}", headers: { "content-type": "text/plain" } })).toMatchObject(
      failure(415, "PLINTH_CONTENT_TYPE"),
    );
    expect(await call("POST", "/v1/tenants", { json: { name: "a".repeat(70_000) } })).toMatchObject(
      failure(413, "PLINTH_BODY_TOO_LARGE"),
    );
    expect(await call("POST", "/v1/tenants", { wasm: `{"__proto__":{},"name":"a"}`, headers: json })).toMatchObject(
      failure(400, "PLINTH_BAD_REQUEST"),
    );
  });
});

test("runtimes are listed", async () => {
  expect(await call("GET", "/v1/runtimes")).toEqual({
    status: 200,
    body: { runtimes: [{ name: "plinth:js", version: "1.0.0", integrity: "sha256-x" }] },
  });
});
