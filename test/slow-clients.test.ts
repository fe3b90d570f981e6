/** Clients that are slow with a request's body or a response, and the memory that the host holds for them meanwhile. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering, slimComponent } from "./support/programs.ts";

/** Begins a POST whose headers promise `length` bytes (null: chunked), and sends the first bytes. */
async function beginPost(host: TestHost, tenant: string, length: number | null): Promise<Socket> {
  const { hostname, port } = new URL(host.ingressUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const framing = length === null ? "transfer-encoding: chunked" : `content-length: ${length}`;
  socket.write(`POST /t/${tenant}/ HTTP/1.1\r\nhost: x\r\n${framing}\r\n\r\n${length === null ? "1\r\nx\r\n" : "x"}`);
  return socket;
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

describe("slow clients", () => {
  it("that announce bodies and send none take no place of their tenant, and make room for others", async () => {
    await using host = await startTestHost({ tenantConcurrency: 2 });
    await host.deploy("echo", answering("(await request.arrayBuffer()).byteLength"));
    const silent = await Promise.all([10, null].map((length) => beginPost(host, "echo", length)));
    expect((await host.fetch("echo")).status).toBe(200);
    // The silent clients are the most that may be on their way. A further one gets the place of the slowest, once that
    // is not new.
    const post = async () => (await host.fetch("echo", "/", { method: "POST", body: "12345" })).status;
    await expect.poll(post).toBe(200);
    for (const socket of silent) socket.destroy();
  });

  it("that announce more than the host can hold, and send none, close it to nobody", async () => {
    await using host = await startTestHost({ totalWaitingMemoryLimitBytes: 64 << 20 });
    for (const name of ["one", "two"]) await host.deploy(name, answering("(await request.arrayBuffer()).byteLength"));
    const silent = await Promise.all(
      Array.from({ length: 30 }, (_, n) => beginPost(host, "one", n % 2 ? 10 << 20 : null)),
    );
    for (const name of ["one", "two"]) {
      const response = await host.fetch(name, "/", { method: "POST", body: new Uint8Array(8 << 20) });
      expect(await response.text()).toBe(String(8 << 20));
    }
    for (const socket of silent) socket.destroy();
  });

  it("are ended where a body does not come at the least rate, and not where it does", async () => {
    await using host = await startTestHost({ bodyGraceMs: 1_000, bodyBytesPerSecond: 1_000 });
    await host.deploy("echo", answering("(await request.arrayBuffer()).byteLength"));
    const silent = await Promise.all([10, 1 << 20, null].map((length) => beginPost(host, "echo", length)));
    const steady = await beginPost(host, "echo", 300_001);
    const sending = setInterval(() => steady.write("x".repeat(15_000)), 100);
    for (const socket of silent) expect(await text(socket)).toMatch(/^HTTP\/1.1 408 .*PLINTH_REQUEST_TIMEOUT/s);
    const [answer] = await once(steady, "data");
    clearInterval(sending);
    expect(String(answer)).toMatch(/^HTTP\/1.1 200 .*300001$/s);
    steady.destroy();
  });

  it("are told at once what will not be served, before they have sent it", async () => {
    await using host = await startTestHost({ waitingMemoryLimitBytes: 1 << 20 });
    await host.deploy("echo", answering("(await request.arrayBuffer()).byteLength"));
    const answer = async (socket: Socket) => {
      const [data] = await once(socket, "data");
      socket.destroy();
      return String(data);
    };
    expect(await answer(await beginPost(host, "missing", 10))).toMatch(/^HTTP\/1.1 404 /);
    expect(await answer(await beginPost(host, "echo", 2 << 20))).toMatch(/^HTTP\/1.1 429 /);
    // The host has given back the memory that it held for bodies.
    for (let i = 0; i < 5; i++)
      expect((await host.fetch("echo", "/", { method: "POST", body: "x".repeat(900_000) })).status).toBe(200);
  });

  it("share what the host holds for all bodies", async () => {
    await using host = await startTestHost({ totalWaitingMemoryLimitBytes: 3 << 20 });
    for (const name of ["one", "two"]) await host.deploy(name, answering("(await request.arrayBuffer()).byteLength"));
    const socket = await beginPost(host, "one", 2 << 20);
    await new Promise((sent) => socket.write(new Uint8Array((2 << 20) - 2), sent));
    const post = () => host.fetch("two", "/", { method: "POST", body: new Uint8Array(2 << 20) });
    const refusal = async () => {
      const response = await post();
      return response.status === 200 ? null : [response.status, await codeOf(response)];
    };
    await expect.poll(refusal).toEqual([503, "PLINTH_OVERLOADED"]);
    socket.destroy();
    await expect.poll(async () => (await post()).status).toBe(200);
  });

  it("are cut off when a request has not come to its end in time", async () => {
    await using host = await startTestHost({ requestTimeoutMs: 2_000 });
    await host.deploy("echo", answering("(await request.arrayBuffer()).byteLength"));
    const socket = await beginPost(host, "echo", 10);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /);
    expect(await (await host.fetch("echo", "/", { method: "POST", body: "quick" })).text()).toBe("5");
  });

  it("are cut off when they take none of a response", async () => {
    // The response is larger than the kernel's buffers for a client that does not read.
    const bytes = 24 << 20;
    const limits = { responseIdleMs: 300, responseBodyLimitBytes: bytes, waitingMemoryLimitBytes: 2 * bytes - 1 };
    await using host = await startTestHost(limits);
    await host.deploy("big", slimComponent(`export default () => new Response(new ArrayBuffer(${bytes}))`));
    const { hostname, port } = new URL(host.ingressUrl);
    const socket = connect({ port: Number(port), host: hostname });
    socket.on("error", () => {});
    socket.write("GET /t/big/ HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(socket, "readable");
    // A second response has no room until the host gives up the first one.
    await expect.poll(async () => (await (await host.fetch("big")).arrayBuffer()).byteLength).toBe(bytes);
    let received = 0;
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    await once(socket, "close");
    expect(received).toBeLessThan(bytes);
  });

  it("share what the host holds of responses that they take their time with", async () => {
    const bytes = 24 << 20;
    await using host = await startTestHost({ responseBodyLimitBytes: bytes, waitingMemoryLimitBytes: 2 * bytes - 1 });
    await host.deploy("big", slimComponent(`export default () => new Response(new ArrayBuffer(${bytes}))`));
    const { hostname, port } = new URL(host.ingressUrl);
    const socket = connect({ port: Number(port), host: hostname });
    socket.write("GET /t/big/ HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(socket, "readable");
    const refused = await host.fetch("big");
    expect([refused.status, await codeOf(refused)]).toEqual([429, "PLINTH_TENANT_BUSY"]);
    socket.destroy();
    await expect.poll(async () => (await (await host.fetch("big")).arrayBuffer()).byteLength).toBe(bytes);
  });
});
