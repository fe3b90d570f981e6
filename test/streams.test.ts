/** Bodies of responses that flow: each piece reaches the client when the program has written it. */
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nearGates, startGate } from "./support/gate.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { answering } from "./support/programs.ts";
import { ENDLESS, open, streaming } from "./support/streams.ts";

describe.each([
  ["in the host's process", {}],
  ["in a group's process", { groups: 1 }],
] as const)("a body that flows, %s", (_where, options) => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ ...nearGates, ...options });
  });
  afterAll(() => host.close());

  it("reaches the client piece by piece, while the program waits", async () => {
    await using gate = await startGate();
    const source = `{ async start(c) { say(c, "one"); ${gate.wait}; say(c, "two"); c.close(); } }`;
    await host.deploy("two", gate.admit(streaming(source, `{ headers: { "content-type": "text/event-stream" } }`)));
    const response = await host.fetch("two");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("content-length")).toBeNull();
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe("one");
    await gate.arrived(1);
    gate.open();
    expect((await reader.read()).value).toBe("two");
    expect((await reader.read()).done).toBe(true);
  });

  it("lets its head go before there is a first piece", async () => {
    await using gate = await startGate();
    await host.deploy("late", gate.admit(streaming(`{ async start(c) { ${gate.wait}; say(c, "late"); c.close(); } }`)));
    const response = await host.fetch("late");
    gate.open();
    expect(await response.text()).toBe("late");
  });

  it("waits for a client that reads slowly, and holds nobody up", async () => {
    await using narrow = await startTestHost({
      ...options,
      workers: 1,
      cpuMs: 10_000,
      responseBodyLimitBytes: 1 << 20,
    });
    const size = 32 << 20;
    const source = `{ pull(c) {
      c.enqueue(new Uint8Array(65536).fill(this.n = (this.n ?? 0) + 1));
      if (this.n === ${size / 65_536}) c.close();
    } }`;
    await narrow.deploy("fast", streaming(source));
    await narrow.deploy("other", answering("'other'"));
    const slow = await open(narrow, "fast");
    for (let i = 0; i < 20; i++) expect(await (await narrow.fetch("other")).text()).toBe("other");
    const body = await buffer(slow);
    expect(body.byteLength).toBe(size);
    expect(Array.from({ length: size / 65_536 }, (_, n) => body[n * 65_536]! === (n + 1) % 256)).not.toContain(false);
  });

  it("breaks off where the program fails, and its owner learns why", async () => {
    await using gate = await startGate();
    const source = `{ async start(c) { say(c, "one"); ${gate.wait}; say(c, "two"); throw new Error("out of words"); } }`;
    await host.deploy("failing", gate.admit(streaming(source)));
    const response = await open(host, "failing");
    let received = "";
    response.setEncoding("utf8").on("data", (piece) => {
      received += piece;
    });
    await once(response, "data");
    gate.open();
    await expect(once(response, "end")).rejects.toThrow("aborted");
    expect(received).toBe("onetwo");
    await expect.poll(() => logOf(host, "failing")).toMatch(/Error: out of words/);
    await expect.poll(() => logOf(host, "failing")).toMatch(/body broke off: .*PLINTH_TENANT_EXCEPTION/);
  });

  it("ends with its client, and gives its place back", async () => {
    await using narrow = await startTestHost({ ...options, tenantConcurrency: 1 });
    await narrow.deploy("endless", streaming(ENDLESS));
    const response = await open(narrow, "endless");
    await once(response, "data");
    expect((await narrow.fetch("endless")).status).toBe(429);
    response.destroy();
    await expect
      .poll(async () => {
        const again = await open(narrow, "endless");
        again.destroy();
        return again.statusCode;
      })
      .toBe(200);
  });
});
