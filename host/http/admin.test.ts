import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plinthError } from "../errors.ts";
import { testLogs } from "../observe/logs.fixture.ts";
import type { TenantLogs } from "../observe/tenant-log.ts";
import { sha256 } from "../store/blobs.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Sha256, Store, TenantName } from "../store/store.ts";
import { createAdmin, type Deployer } from "./admin.ts";
import { ensureOperatorToken } from "./auth.ts";

const uploadLimitBytes = 1024 * 1024;

let folder: string;
let store: Store;
let logs: TenantLogs;
let app: FastifyInstance;
let base: string;
let token: string;

/** A deployer that looks at nothing but the first byte, and keeps the component as it is. */
function plainDeployer(): Deployer {
  return {
    async deploy(tenant, component, options) {
      if (component[0] === 0xff) throw plinthError("PLINTH_NOT_A_COMPONENT", ["noise"], { details: { offset: 0 } });
      if (component[0] === 0xfe) throw new Error("the secret is 42");
      const blob = await store.putBlob(component);
      const version = {
        kind: "static",
        runtime: null,
        runtimeIntegrity: null,
        component: blob,
        artifacts: { copy: blob },
      } as const;
      return store.addVersion(tenant, { ...version, uploadBytes: component.length, meta: { private: true } }, options);
    },
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-admin-"));
  store = await openEmbeddedStore(folder);
  token = (await readFile(await ensureOperatorToken(store, folder), "utf8")).trim();
  logs = testLogs(folder);
  app = createAdmin({
    store,
    deployer: plainDeployer(),
    logs,
    runtimes: { list: () => [{ name: "plinth:js", version: "1.0.0", integrity: "sha256-x" }] },
    domain: "plinth.test",
    hosts: ["admin.example.com"],
    uploadLimitBytes,
    urlOf: (tenant) => `http://${tenant}.plinth.test/`,
  });
  base = await app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await app.close();
  await logs[Symbol.asyncDispose]();
  await store.close();
  await rm(folder, { recursive: true });
});

/** What the tests look at, of the answers of all routes. */
interface Body {
  name: string;
  id: number;
  component: Sha256;
  active: boolean;
  activeVersion: number | null;
  hostnames: string[];
  tenants: { name: string }[];
  next: string | null;
  versions: unknown[];
  lines: { message: string }[];
  before: number | null;
  after: number | null;
  error: Record<string, unknown>;
}

interface Answer {
  status: number;
  body: Body;
}

async function call(
  method: string,
  path: string,
  options: { json?: unknown; wasm?: string | Uint8Array; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (options.json !== undefined) headers["content-type"] = "application/json";
  if (options.wasm !== undefined) headers["content-type"] = "application/wasm";
  const body = options.json === undefined ? options.wasm : JSON.stringify(options.json);
  const init = {
    method,
    headers: { ...headers, ...options.headers },
    ...(body === undefined ? {} : { body, duplex: "half" }),
  };
  const response = await fetch(base + path, init as RequestInit);
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

const upload = (name: string, wasm: string | Uint8Array, activate = true) =>
  call("POST", `/v1/tenants/${name}/versions?activate=${activate}`, { wasm });
const failure = (status: number, code: string) => ({
  status,
  body: { error: expect.objectContaining({ code, message: expect.any(String) }) },
});

/** What comes on a connection up to the end of an error's JSON, whether or not the request has been sent to its end. */
async function answerOn(socket: Socket): Promise<string> {
  let answer = "";
  for await (const chunk of socket) {
    answer += chunk;
    if (answer.endsWith("}}")) break;
  }
  return answer;
}

describe("who may call", () => {
  test("health needs no token, everything else does", async () => {
    expect(await call("GET", "/v1/health", { headers: { authorization: "" } })).toEqual({
      status: 200,
      body: { status: "ok", version: expect.any(String), ingress: null, domain: "plinth.test" },
    });
    for (const authorization of ["", "Bearer wrong", `Basic ${token}`])
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
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(
      "POST /v1/tenants/alice/versions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/wasm\r\nContent-Length: 1000\r\n\r\n",
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
    const request = httpRequest(`${base}/v1/health`, { headers });
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
    for (const message of ["one", "two", "three"]) logs.note("alice" as TenantName, null, "info", message);
    const read = async (query: string) => (await call("GET", `/v1/tenants/alice/logs${query}`)).body;
    const messages = ({ lines }: Body) => lines.map((line) => line.message);
    const last = await read("?limit=2");
    expect(messages(last)).toEqual(["two", "three"]);
    expect(messages(await read(`?limit=2&before=${last.before}`))).toEqual(["one"]);
    expect(messages(await read(`?after=${last.after}`))).toEqual([]);
    logs.note("alice" as TenantName, null, "error", "four");
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

describe("versions", () => {
  beforeEach(() => call("POST", "/v1/tenants", { json: { name: "alice" } }));
  const active = async () => (await call("GET", "/v1/tenants/alice")).body.activeVersion;

  test("an upload becomes a version, byte for byte", async () => {
    const bytes = randomBytes(100_000);
    bytes[0] = 0;
    const { status, body } = await upload("alice", bytes);
    expect(status).toBe(201);
    expect(body).toEqual({
      tenant: "alice",
      id: 1,
      createdAt: expect.any(String),
      kind: "static",
      runtime: null,
      runtimeIntegrity: null,
      component: sha256(bytes),
      uploadBytes: 100_000,
      config: {},
      active: true,
      url: "http://alice.plinth.test/",
    });
    expect(Buffer.from(await store.getBlob(body.component))).toEqual(bytes);
    expect(await call("GET", "/v1/tenants/alice/versions/1")).toEqual({ status: 200, body });
    expect((await call("GET", "/v1/tenants/alice/versions")).body).toEqual({ versions: [body] });
  });

  test("is activated only if asked to, activated by number, rolled back and deleted", async () => {
    await upload("alice", "one");
    expect((await upload("alice", "two", false)).body.active).toBe(false);
    expect((await call("POST", "/v1/tenants/alice/versions", { wasm: "three" })).body).toMatchObject({
      id: 3,
      active: false,
    });
    expect(await active()).toBe(1);
    expect(await call("POST", "/v1/tenants/alice/versions/2/activate")).toMatchObject({
      status: 200,
      body: { id: 2, active: true },
    });
    expect(await call("DELETE", "/v1/tenants/alice/versions/2")).toMatchObject(failure(409, "PLINTH_VERSION_ACTIVE"));
    expect(await call("POST", "/v1/tenants/alice/rollback")).toMatchObject({
      status: 200,
      body: { id: 1, active: true },
    });
    expect(await call("POST", "/v1/tenants/alice/rollback")).toMatchObject(failure(409, "PLINTH_NO_PREVIOUS_VERSION"));
    expect(await call("DELETE", "/v1/tenants/alice/versions/2")).toEqual({ status: 204, body: null });
    expect(await call("GET", "/v1/tenants/alice/versions/2")).toMatchObject(failure(404, "PLINTH_VERSION_NOT_FOUND"));
    expect(await call("POST", "/v1/tenants/alice/versions/2/activate")).toMatchObject(
      failure(404, "PLINTH_VERSION_NOT_FOUND"),
    );
  });

  test("an upload of exactly the limit is taken, one byte more is not", async () => {
    expect((await upload("alice", Buffer.alloc(uploadLimitBytes))).status).toBe(201);
    const refused = await upload("alice", Buffer.alloc(uploadLimitBytes + 1));
    expect(refused).toMatchObject(failure(413, "PLINTH_UPLOAD_TOO_LARGE"));
    expect(refused.body.error).toMatchObject({
      limit: uploadLimitBytes,
      message: expect.stringContaining(String(uploadLimitBytes + 1)),
    });
  });

  test("an upload without a length is cut off at the limit, while it is still being sent", async () => {
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(
      `POST /v1/tenants/alice/versions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
        "Content-Type: application/wasm\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    // One chunk over the limit and no last chunk: the request never ends, the answer comes all the same.
    const chunk = Buffer.alloc(uploadLimitBytes + 1);
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 413 .*PLINTH_UPLOAD_TOO_LARGE/s);
  });

  test("a refusal by the deployer keeps its code and particulars, and the active version", async () => {
    await upload("alice", "one");
    const refused = await upload("alice", Buffer.from([0xff]));
    expect(refused).toMatchObject(failure(400, "PLINTH_NOT_A_COMPONENT"));
    expect(refused.body.error.offset).toBe(0);
    expect(await active()).toBe(1);
  });

  test("a fault of the host shows nothing of its inside", async () => {
    const failed = await upload("alice", Buffer.from([0xfe]));
    expect(failed).toMatchObject(failure(500, "PLINTH_INTERNAL"));
    expect(JSON.stringify(failed.body)).not.toContain("42");
  });

  test("an upload of another type, without a body or for nobody is refused", async () => {
    const path = "/v1/tenants/alice/versions";
    expect(await call("POST", path, { json: {} })).toMatchObject(failure(415, "PLINTH_CONTENT_TYPE"));
    expect(await call("POST", path)).toMatchObject(failure(400, "PLINTH_BAD_REQUEST"));
    expect(await call("POST", `${path}?activate=yes`, { wasm: "x" })).toMatchObject(failure(400, "PLINTH_BAD_REQUEST"));
    expect(await upload("bob", "x")).toMatchObject(failure(404, "PLINTH_TENANT_NOT_FOUND"));
  });

  test.each(["0", "-1", "1.5", "x", "99999999999999999999"])("%s is no version's number", async (id) => {
    expect(await call("GET", `/v1/tenants/alice/versions/${id}`)).toMatchObject(failure(400, "PLINTH_BAD_REQUEST"));
  });
});

describe("requests that are wrong in themselves", () => {
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
