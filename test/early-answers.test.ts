/**
 * The host answers some requests before their end, and some clients send everything before they read. The answer has to
 * reach these clients, though the host does not need the rest of their requests.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiTransport } from "../host/cli/api-transport.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const MIB = 1024 * 1024;
/** A client sends this after its answer has come. The kernel does not buffer that much if nobody reads. */
const REST = Buffer.alloc(8 * MIB, "x");
const TIMES = 50;
const AT_ONCE = 25;

interface Early {
  readonly name: string;
  readonly status: number;
  readonly code?: string;
  /** The part of the request that causes the answer. */
  readonly beginning: string;
}

/**
 * Sends the beginning of a request and waits for an answer. Then sends the rest, and only then reads.
 *
 * @returns all bytes up to the end of the connection
 */
async function insist(url: string, beginning: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.write(beginning);
  await once(socket, "readable");
  await new Promise<void>((resolve, reject) => socket.write(REST, (error) => (error ? reject(error) : resolve())));
  const answer = await text(socket);
  socket.end();
  return answer;
}

async function expectAnswers(url: string, { status, code, beginning }: Early): Promise<void> {
  for (let i = 0; i < TIMES; i += AT_ONCE) {
    for (const answer of await Promise.all(Array.from({ length: AT_ONCE }, () => insist(url, beginning)))) {
      const [head, body] = answer.split("\r\n\r\n");
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(head).toMatch(/^connection: close$/im);
      // An incomplete body would not parse.
      if (code !== undefined) expect(JSON.parse(body!)).toMatchObject({ error: { code } });
    }
  }
}

function head(line: string, ...fields: string[]): string {
  return [`${line} HTTP/1.1`, "host: localhost", ...fields, "", ""].join("\r\n");
}

const long = `content-length: ${REST.length}`;
const chunked = "transfer-encoding: chunked";
const wasm = "content-type: application/wasm";
/** A chunk of that many bytes, and the beginning of another chunk. */
const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n${REST.length.toString(16)}\r\n`;

describe("the ingress", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ requestBodyLimitBytes: MIB });
    for (const name of ["echo", "busy"]) await host.deploy(name, answering("(await request.arrayBuffer()).byteLength"));
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ limits: { waitingMemoryLimitBytes: MIB / 2 } });
    expect((await host.admin("/v1/tenants/busy/settings", { method: "PUT", headers, body })).status).toBe(200);
  });
  afterAll(() => host.close());

  it.each<Early>([
    { name: "no tenant", status: 404, code: "PLINTH_NO_ROUTE", beginning: head("POST /t/missing/", long) },
    { name: "no tenant, chunked", status: 404, code: "PLINTH_NO_ROUTE", beginning: head("POST /", chunked) + chunk(1) },
    { name: "too long", status: 413, code: "PLINTH_BODY_TOO_LARGE", beginning: head("POST /t/echo/", long) },
    {
      name: "too long, chunked",
      status: 413,
      code: "PLINTH_BODY_TOO_LARGE",
      beginning: head("POST /t/echo/", chunked) + chunk(MIB + 1),
    },
    {
      name: "too many small pieces",
      status: 400,
      code: "PLINTH_BAD_HTTP",
      beginning: head("POST /t/echo/", chunked) + "1\r\nx\r\n".repeat(10_200) + chunk(1),
    },
    { name: "a busy tenant", status: 429, code: "PLINTH_TENANT_BUSY", beginning: head("POST /t/busy/", long) },
    {
      name: "a busy tenant, amid its body",
      status: 429,
      code: "PLINTH_TENANT_BUSY",
      beginning: head("POST /t/busy/", `content-length: ${12 * MIB}`) + "x".repeat(4 * MIB),
    },
    { name: "no HTTP", status: 400, code: "PLINTH_BAD_HTTP", beginning: "hello there\r\n\r\n" },
    { name: "no header field", status: 400, code: "PLINTH_BAD_HTTP", beginning: head("POST /t/echo/", "no field") },
    { name: "no chunk", status: 400, code: "PLINTH_BAD_HTTP", beginning: `${head("POST /t/echo/", chunked)}zz\r\n` },
    { name: "no host", status: 400, beginning: `POST /t/echo/ HTTP/1.1\r\n${long}\r\n\r\n` },
    {
      name: "long headers",
      status: 431,
      code: "PLINTH_REQUEST_HEADERS_TOO_LARGE",
      beginning: head("POST /t/echo/", `cookie: ${"x".repeat(20_000)}`),
    },
  ])("tells $name to a client that sends on", (early) => expectAnswers(host.ingressUrl, early));

  it("tells a full host to a client that sends on", async () => {
    await using full = await startTestHost({ totalWaitingMemoryLimitBytes: MIB });
    await full.deploy("echo", answering("1"));
    const beginning = head("POST /t/echo/", long);
    await expectAnswers(full.ingressUrl, { name: "", status: 503, code: "PLINTH_OVERLOADED", beginning });
  });

  it("tells a client that took too long, and sends on", async () => {
    await using impatient = await startTestHost({ requestTimeoutMs: 300 });
    await impatient.deploy("echo", answering("1"));
    const late = { name: "", status: 408, code: "PLINTH_REQUEST_TIMEOUT" };
    await expectAnswers(impatient.ingressUrl, { ...late, beginning: `${head("POST /t/echo/", long)}x` });
    await expectAnswers(impatient.ingressUrl, { ...late, beginning: "POST /t/echo/ HTTP/1.1\r\nhost: x\r\n" });
  });

  it("keeps the connection where the request has come to its end", async () => {
    const { hostname, port } = new URL(host.ingressUrl);
    const socket = connect(Number(port), hostname);
    let answers = "";
    socket.on("data", (data) => {
      answers += data;
    });
    for (const body of ["", "short"]) {
      const before = answers.length;
      socket.write(head("POST /t/missing/", `content-length: ${body.length}`) + body);
      await expect.poll(() => answers.slice(before)).toMatch(/PLINTH_NO_ROUTE.*}}$/s);
    }
    expect(answers).not.toMatch(/connection: close/i);
    socket.destroy();
  });
});

describe("the admin API", () => {
  let host: TestHost;
  let operator: string;
  let tenant: string;
  beforeAll(async () => {
    // The uploads that come at once have room.
    host = await startTestHost({ uploadLimitBytes: MIB, staticUploadLimitBytes: 8 * MIB });
    const call = async (path: string, body: object) => {
      const headers = { "content-type": "application/json" };
      const response = await host.admin(path, { method: "POST", headers, body: JSON.stringify(body) });
      return (await response.json()) as { token: string };
    };
    for (const name of ["alice", "bob"]) await call("/v1/tenants", { name });
    operator = `authorization: Bearer ${host.token}`;
    tenant = `authorization: Bearer ${(await call("/v1/tokens", { label: "x", tenant: "bob" })).token}`;
  });
  afterAll(() => host.close());

  const upload = "POST /v1/tenants/alice/versions";

  it.each<Omit<Early, "beginning"> & { beginning: () => string }>([
    { name: "a missing token", status: 401, code: "PLINTH_UNAUTHORIZED", beginning: () => head(upload, wasm, long) },
    {
      name: "another's token",
      status: 403,
      code: "PLINTH_FORBIDDEN",
      beginning: () => head(upload, wasm, tenant, long),
    },
    {
      name: "a page's request",
      status: 403,
      code: "PLINTH_ORIGIN_REFUSED",
      beginning: () => head(upload, wasm, operator, long, "origin: https://evil.example"),
    },
    {
      name: "a missing tenant",
      status: 404,
      code: "PLINTH_TENANT_NOT_FOUND",
      beginning: () => head("POST /v1/tenants/carol/versions", wasm, operator, long),
    },
    { name: "a missing route", status: 404, code: "PLINTH_NOT_FOUND", beginning: () => head("POST /", operator, long) },
    {
      name: "another type",
      status: 415,
      code: "PLINTH_CONTENT_TYPE",
      beginning: () => head(upload, operator, long, "content-type: text/plain"),
    },
    {
      name: "too long an upload",
      status: 413,
      code: "PLINTH_UPLOAD_TOO_LARGE",
      beginning: () => head(upload, wasm, operator, `content-length: ${9 * MIB}`),
    },
    {
      name: "too long an upload, chunked",
      status: 413,
      code: "PLINTH_UPLOAD_TOO_LARGE",
      beginning: () => head(upload, wasm, operator, chunked) + chunk(8 * MIB + 1),
    },
    {
      name: "too long a JSON",
      status: 413,
      code: "PLINTH_BODY_TOO_LARGE",
      beginning: () => head("POST /v1/tenants", operator, long, "content-type: application/json"),
    },
    { name: "no HTTP", status: 400, code: "PLINTH_BAD_HTTP", beginning: () => "hello there\r\n\r\n" },
    { name: "a GET's answer", status: 200, beginning: () => head("GET /v1/tenants", operator, long) },
  ])("tells $name to a client that sends on", ({ beginning, ...early }) =>
    expectAnswers(host.adminUrl, { ...early, beginning: beginning() }),
  );

  it("tells the command line why an upload is refused", async () => {
    const api = new ApiTransport({ admin: host.adminUrl, token: host.token });
    const upload = { bytes: new Uint8Array(48 * MIB), type: "application/wasm" } as const;
    for (let i = 0; i < TIMES; i++) {
      const refused = api.call("/v1/tenants/alice/versions", { method: "POST", upload });
      await expect(refused).rejects.toMatchObject({ code: "PLINTH_UPLOAD_TOO_LARGE" });
    }
  });
});
