/** Bodies of responses that flow: their limits, their clients, and how they end. */
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nearGates, startGate } from "./support/gate.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { answering, slimComponent } from "./support/programs.ts";
import { ENDLESS, exchange, open, streaming } from "./support/streams.ts";

describe("streams", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost(nearGates);
    await host.deploy("endless", streaming(ENDLESS));
    await host.deploy(
      "words",
      streaming(
        `{ async start(c) { for (const word of ["a", "b", "c"]) { say(c, word); await sleep(1); } c.close(); } }`,
      ),
    );
  });
  afterAll(() => host.close());

  it("that have ended when the handler returns are sent whole", async () => {
    await host.deploy("whole", streaming(`{ start(c) { say(c, "one"); say(c, "two"); c.close(); } }`));
    const response = await host.fetch("whole");
    expect(response.headers.get("content-length")).toBe("6");
    expect(await response.text()).toBe("onetwo");
    const head = await host.fetch("whole", "/", { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("6");
  });

  it("leave the connection open for the next request", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    for (let i = 0; i < 3; i++) {
      const sent = request(`${host.ingressUrl}/t/words/`, { agent }).end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      sockets.add(sent.socket);
      expect(await text(response)).toBe("abc");
    }
    agent.destroy();
    expect(sockets.size).toBe(1);
  });

  it("end with the connection for a client of HTTP/1.0", async () => {
    const answer = await exchange(host, "GET /t/words/ HTTP/1.0\r\nhost: x\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer.toLowerCase()).not.toContain("transfer-encoding");
    expect(answer).toMatch(/\r\n\r\nabc$/);
  });

  it("tell a client of HTTP/1.0 by a reset that they have broken off", async () => {
    await host.deploy(
      "broken",
      streaming(`{ async start(c) { say(c, "a"); await sleep(1); throw new Error("no"); } }`),
    );
    await expect(exchange(host, "GET /t/broken/ HTTP/1.0\r\nhost: x\r\n\r\n")).rejects.toThrow("ECONNRESET");
  });

  it("are cancelled where a client asks for the head alone", async () => {
    const source = `{ async pull(c) { await sleep(5); say(c, "x"); }, cancel() { console.log("cancelled"); } }`;
    await host.deploy("head", streaming(source, `{ headers: { "content-length": "12" } }`));
    const response = await host.fetch("head", "/", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("12");
    await expect.poll(() => logOf(host, "head")).toBe("info: cancelled");
  });

  it("have a length if the program states one, and keep to it", async () => {
    const said = (length: number) => `{ headers: { "content-length": "${length}" } }`;
    const source = `{ async start(c) { say(c, "abc"); await sleep(1); say(c, "def"); c.close(); } }`;
    await host.deploy("stated", streaming(source, said(6)));
    const response = await host.fetch("stated");
    expect(response.headers.get("content-length")).toBe("6");
    expect(await response.text()).toBe("abcdef");
    for (const length of [5, 7]) {
      await host.deploy(`stated-${length}`, streaming(source, said(length)));
      await expect(host.fetch(`stated-${length}`).then((broken) => broken.text())).rejects.toThrow("terminated");
      await expect.poll(() => logOf(host, `stated-${length}`)).toMatch(/another length .*PLINTH_BAD_RESPONSE/);
    }
  });

  it("that fail before anything has left are answered as any failure", async () => {
    await host.deploy("early", streaming(`{ start() { throw new Error("at once"); } }`));
    const response = await host.fetch("early");
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("PLINTH_TENANT_EXCEPTION");
  });

  it("that can never go on are ended", async () => {
    await host.deploy("stuck", streaming(`{ pull() { return new Promise(() => {}); } }`));
    expect(await (await host.fetch("stuck")).text()).toContain("PLINTH_TENANT_NEVER_RESPONDS");
    await host.deploy("stalled", streaming(`{ async start(c) { say(c, "a"); await sleep(1); } }`));
    await expect(host.fetch("stalled").then((broken) => broken.text())).rejects.toThrow("terminated");
    await expect.poll(() => logOf(host, "stalled")).toMatch(/body can never end/);
  });

  it("let work go on behind their end", async () => {
    await using gate = await startGate();
    const source = `{ async start(c) {
      ctx.waitUntil((async () => { ${gate.wait}; console.log("done"); })());
      say(c, "a"); await sleep(1); say(c, "b"); c.close();
    } }`;
    await host.deploy("behind", gate.admit(streaming(source)));
    expect(await (await host.fetch("behind")).text()).toBe("ab");
    expect(await logOf(host, "behind")).toBe("");
    gate.open();
    await expect.poll(() => logOf(host, "behind")).toBe("info: done");
  });

  it("go through pipes, tees and async generators", async () => {
    await host.deploy(
      "pipes",
      slimComponent(`
        async function* words() {
          for (const word of ["a", "b", "c"]) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            yield word;
          }
        }
        export default { fetch() {
          const upper = new TransformStream({ transform(chunk, c) { c.enqueue(chunk.toUpperCase()); } });
          const [one, two] = ReadableStream.from(words()).pipeThrough(upper).pipeThrough(new TextEncoderStream()).tee();
          const { readable, writable } = new TransformStream();
          void two.pipeTo(new WritableStream());
          void one.pipeTo(writable);
          return new Response(readable);
        } };`),
    );
    const response = await host.fetch("pipes");
    expect(response.headers.get("content-length")).toBeNull();
    expect(await response.text()).toBe("ABC");
  });

  it("take any number of chunks of any size", async () => {
    await host.deploy(
      "chunks",
      slimComponent(`
        const sizes = [0, 1, 10, 1000, 32768, 65536, 300000];
        export default { fetch() {
          let n = 0;
          return new Response(new ReadableStream({ async pull(c) {
            if (n === 3000) await new Promise((resolve) => setTimeout(resolve, 1));
            if (n === 6000) c.close();
            else c.enqueue(new Uint8Array(n % 500 ? sizes[n % 3] : sizes[(n / 500) % 7]).fill(n));
            n++;
          } }, { highWaterMark: 0 }));
        } };`),
    );
    const sizes = [0, 1, 10, 1000, 32_768, 65_536, 300_000];
    const size = (n: number) => (n % 500 ? sizes[n % 3]! : sizes[(n / 500) % 7]!);
    const expected = Buffer.concat(Array.from({ length: 6_000 }, (_, n) => Buffer.alloc(size(n), n % 256)));
    expect(Buffer.from(await (await host.fetch("chunks")).arrayBuffer()).equals(expected)).toBe(true);
  });

  it("are served beside other tenants for as long as their clients stay", async () => {
    await host.deploy("other", answering("'other'"));
    const clients = await Promise.all(Array.from({ length: 50 }, () => open(host, "endless")));
    for (const client of clients) await once(client, "data");
    for (let i = 0; i < 20; i++) expect(await (await host.fetch("other")).text()).toBe("other");
    for (const client of clients) {
      await once(client, "data");
      client.destroy();
    }
  });

  it("outlast the wall time while pieces come, and are ended where none comes", async () => {
    await using brief = await startTestHost({ wallMs: 3_000 });
    const source = `{ async pull(c) {
      this.n = (this.n ?? 0) + 1;
      await sleep(this.n < 7 ? 700 : 60_000);
      say(c, String(this.n));
    } }`;
    await brief.deploy("still", streaming(source));
    const response = await open(brief, "still");
    let received = "";
    response.setEncoding("utf8").on("data", (piece) => {
      received += piece;
    });
    await expect(once(response, "end")).rejects.toThrow("aborted");
    expect(received).toBe("123456");
    await expect.poll(() => logOf(brief, "still")).toMatch(/PLINTH_STREAM_IDLE/);
  });

  it("end where the program has used its CPU time", async () => {
    await using brief = await startTestHost({ cpuMs: 100 });
    await brief.deploy("hungry", streaming(`{ pull(c) { c.enqueue(new Uint8Array(1024)); } }`));
    await expect(brief.fetch("hungry").then((response) => response.bytes())).rejects.toThrow("terminated");
    await expect.poll(() => logOf(brief, "hungry")).toMatch(/PLINTH_CPU_LIMIT/);
  });
});
