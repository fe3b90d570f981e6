import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../store/blobs.ts";
import { answerOn, failure, startTestAdmin, type TestAdmin, uploadLimitBytes } from "./admin.fixture.ts";

let admin: TestAdmin;
beforeEach(async () => {
  admin = await startTestAdmin();
});
afterEach(() => admin[Symbol.asyncDispose]());

const call: TestAdmin["call"] = (...request) => admin.call(...request);
const upload = (name: string, wasm: string | Uint8Array, activate = true) =>
  call("POST", `/v1/tenants/${name}/versions?activate=${activate}`, { wasm });

describe("versions", () => {
  beforeEach(() => call("POST", "/v1/tenants", { json: { name: "alice" } }));
  const active = async () => (await call("GET", "/v1/tenants/alice")).body.activeVersion;

  test("an upload becomes a version, byte for byte", async () => {
    const bytes = randomBytes(100_000);
    bytes[0] = 0;
    const {
      status,
      body: { warnings, ...body },
    } = await upload("alice", bytes);
    expect([status, warnings]).toEqual([201, []]);
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
    expect(Buffer.from(await admin.store.getBlob(body.component))).toEqual(bytes);
    expect(await call("GET", "/v1/tenants/alice/versions/1")).toEqual({ status: 200, body });
    expect((await call("GET", "/v1/tenants/alice/versions")).body).toEqual({ versions: [body], next: null });
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
    const socket = admin.connect();
    socket.on("error", () => {});
    socket.write(
      `POST /v1/tenants/alice/versions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${admin.token}\r\n` +
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
