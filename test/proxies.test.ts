/** The client's address and scheme in requests: behind proxies that are trusted or not, and by TLS of the host's own. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, get, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Certificates } from "../host/listener/certificates.ts";
import { makeCertificate } from "./support/certificate.ts";
import { command, PLAIN } from "./support/commands.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { slimComponent } from "./support/programs.ts";

/** Answers with the request's URL and header fields, as JSON. */
const SEEN = slimComponent("export default (request) => Response.json([request.url, ...request.headers])");
/** Writes the variables of the request. */
const VARIABLES = `
  (call $text)
  (drop (call $environ_sizes_get (i32.const 32) (i32.const 36)))
  (drop (call $environ_get (i32.const 4096) (i32.const 65536)))
  (call $say (i32.const 1) (i32.const 65536) (i32.load (i32.const 36)))`;

const FORWARDED = {
  "x-forwarded-for": "198.51.100.1",
  "x-forwarded-proto": "https",
  "x-real-ip": "198.51.100.1",
  forwarded: "for=198.51.100.2",
  "plinth-client": "198.51.100.3:1",
};

async function deployBoth(host: TestHost): Promise<void> {
  await host.deploy("seen", SEEN);
  await host.deploy("variables", await command(VARIABLES, PLAIN));
}

async function seenBy(host: TestHost): Promise<{ url: string; fields: Record<string, string> }> {
  const [url, ...fields] = (await (await host.fetch("seen", "/a", { headers: FORWARDED })).json()) as [
    string,
    ...[string, string][],
  ];
  return { url, fields: Object.fromEntries(fields) };
}

async function variablesOf(host: TestHost): Promise<Record<string, string>> {
  const answer = await (await host.fetch("variables", "/a", { headers: FORWARDED })).text();
  return Object.fromEntries(answer.split("\0").map((entry) => entry.split("=") as [string, string]));
}

describe("a proxy", () => {
  it("that is not trusted says nothing of the client, and what it says reaches no program", async () => {
    await using host = await startTestHost();
    await deployBoth(host);
    const { url, fields } = await seenBy(host);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a$/);
    expect(fields["plinth-client"]).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
    for (const name of Object.keys(FORWARDED).slice(0, 4)) expect(fields).not.toHaveProperty(name);
    const variables = await variablesOf(host);
    expect(variables).toMatchObject({ REMOTE_ADDR: "127.0.0.1" });
    for (const name of ["HTTPS", "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"])
      expect(variables).not.toHaveProperty(name);
  });

  it("that is trusted names the client and its scheme, and its fields are passed on", async () => {
    await using host = await startTestHost({ trustedProxies: ["127.0.0.0/8", "::1/128"] });
    await deployBoth(host);
    const { url, fields } = await seenBy(host);
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/a$/);
    expect(fields).toMatchObject({
      "plinth-client": "198.51.100.1:0",
      "x-forwarded-for": "198.51.100.1",
      "x-forwarded-proto": "https",
      "x-real-ip": "198.51.100.1",
    });
    expect(fields).not.toHaveProperty("forwarded");
    expect(await variablesOf(host)).toMatchObject({
      REMOTE_ADDR: "198.51.100.1",
      REMOTE_PORT: "0",
      HTTPS: "on",
      HTTP_X_FORWARDED_FOR: "198.51.100.1",
    });
  });

  it("may use Forwarded", async () => {
    await using host = await startTestHost({ trustedProxies: ["127.0.0.1/32"], proxyHeader: "forwarded" });
    await host.deploy("seen", SEEN);
    const { fields } = await seenBy(host);
    expect(fields).toMatchObject({ "plinth-client": "198.51.100.2:0", forwarded: "for=198.51.100.2" });
    expect(fields).not.toHaveProperty("x-forwarded-for");
  });
});

describe("TLS", () => {
  let folder: string;
  let host: TestHost;
  let certs: { shop: string; blog: string };
  const agent = new Agent({ keepAlive: true });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plinth-tls-"));
    certs = {
      blog: await makeCertificate(join(folder, "blog"), "*.blog.example"),
      shop: await makeCertificate(join(folder, "shop"), "seen.localhost"),
    };
    host = await startTestHost({ listenTls: "127.0.0.1:0", tlsFolder: folder });
    await host.deploy("seen", SEEN);
  });
  afterAll(async () => {
    agent.destroy();
    await host[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function getByTls(options: RequestOptions): Promise<{ status: number; body: string }> {
    const { hostname, port } = new URL(host.tlsUrl!);
    const request = get({ hostname, port, agent, ...options });
    const [response] = await once(request, "response");
    return { status: response.statusCode, body: await text(response) };
  }

  async function nameOf(servername: string): Promise<string> {
    const { hostname, port } = new URL(host.tlsUrl!);
    const socket: TLSSocket = connect({ host: hostname, port: Number(port), servername, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  }

  it("serves tenants by their names, with the certificate of each, and its connections are kept", async () => {
    const options = { servername: "seen.localhost", headers: { host: "seen.localhost" }, ca: certs.shop, path: "/a?b" };
    for (let i = 0; i < 2; i++) {
      const { status, body } = await getByTls(options);
      expect([status, JSON.parse(body)[0]]).toEqual([200, "https://seen.localhost/a?b"]);
    }
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    expect(await nameOf("seen.localhost")).toBe("seen.localhost");
    expect(await nameOf("a.blog.example")).toBe("*.blog.example");
    expect(await nameOf("unknown.example")).toBe("*.blog.example");
    expect(await nameOf("")).toBe("*.blog.example");
  });

  it("answers a request that is too large, and one that is none, as without TLS", async () => {
    const { hostname, port } = new URL(host.tlsUrl!);
    const socket = connect({ host: hostname, port: Number(port), servername: "seen.localhost", ca: certs.shop });
    await once(socket, "secureConnect");
    socket.write("nonsense\r\n\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 .*PLINTH_BAD_HTTP/s);
    const large = connect({ host: hostname, port: Number(port), servername: "seen.localhost", ca: certs.shop });
    await once(large, "secureConnect");
    large.write("POST / HTTP/1.1\r\nhost: seen.localhost\r\ncontent-length: 99999999\r\n\r\nsome");
    expect(await text(large)).toMatch(/^HTTP\/1.1 413 /);
  });

  it("needs certificates that can be used", async () => {
    const empty = await mkdtemp(join(tmpdir(), "plinth-tls-"));
    const start = startTestHost({ listenTls: "127.0.0.1:0", tlsFolder: empty });
    await expect(start).rejects.toMatchObject({ code: "PLINTH_CERTIFICATE" });
    await expect(startTestHost({ listenTls: "127.0.0.1:0" })).rejects.toMatchObject({ code: "PLINTH_CONFIG" });
    await rm(empty, { recursive: true });
  });
});

it("certificates that are renewed, damaged, added or removed count from the next look", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-tls-"));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(folder, { recursive: true }));
  await makeCertificate(folder, "one.example");
  const faults: unknown[] = [];
  using certificates = await Certificates.open({ folder, onFault: (error) => faults.push(error), lookMs: 2 ** 30 });
  const first = certificates.contextFor("one.example");
  await certificates.look();
  expect(certificates.contextFor("one.example")).toBe(first);

  await makeCertificate(folder, "one.example");
  await makeCertificate(join(folder, "two"), "two.example");
  await certificates.look();
  const renewed = certificates.contextFor("one.example");
  const second = certificates.contextFor("two.example");
  expect(new Set([first, renewed, second]).size).toBe(3);

  await writeFile(join(folder, "two", "privkey.pem"), "damaged");
  await certificates.look();
  await certificates.look();
  expect(certificates.contextFor("two.example")).toBe(second);
  expect(faults).toMatchObject([{ code: "PLINTH_CERTIFICATE", message: expect.stringContaining("two") }]);

  await rm(join(folder, "two"), { recursive: true });
  await certificates.look();
  expect(certificates.contextFor("two.example")).toBe(renewed);
});
