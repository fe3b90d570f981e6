import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildStatic, buildStaticFetch } from "../guest-examples/static/build.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { answering } from "./support/programs.ts";

/** A program for the bare engine, which has neither URL nor TextEncoder. */
const HANDLER = `
  let count = 0;
  const ascii = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const text = (status, body) => ({ status, headers: [["content-type", ascii("text/plain")]], body: ascii(body) });
  export const handler = {
    handle({ method, uri, headers, body }) {
      const pathname = "/" + uri.split("/").slice(3).join("/");
      if (pathname === "/throw") throw new Error("no luck");
      if (pathname === "/loop") for (;;);
      if (pathname === "/echo") return { status: 200, headers, body };
      if (pathname === "/log") console.log("from inside");
      return text(200, method + " " + pathname + " " + ++count);
    },
  };`;

describe("static components through the same API", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ cpuMs: 500 });
    await host.deploy("static", await buildStatic("qjs", HANDLER));
    await host.deploy("slim", answering("'slim'"));
  }, 120_000);
  afterAll(() => host.close());

  it("serves beside slim ones, each request from a fresh instance", async () => {
    const answers = await inParallel(60, 10, async (index) =>
      (await host.fetch(index % 2 ? "static" : "slim", "/x")).text(),
    );
    expect(new Set(answers)).toEqual(new Set(["GET /x 1", "slim"]));
  });

  it("hands bytes and headers on, both ways", async () => {
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const response = await host.fetch("static", "/echo", { method: "POST", body, headers: { "x-mine": "yes" } });
    expect(response.headers.get("x-mine")).toBe("yes");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
  });

  it("answers 500 to a throw, with the reason in the tenant's log only", async () => {
    const response = await host.fetch("static", "/throw");
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("luck")]);
    const { lines } = (await (await host.admin("/v1/tenants/static/logs")).json()) as { lines: { message: string }[] };
    expect(lines.map(({ message }) => message).join("\n")).toContain("no luck");
  });

  it("is ended when it runs over its time; requests that had the same worker are answered", async () => {
    const loops = Promise.all(Array.from({ length: 2 }, () => host.fetch("static", "/loop")));
    const others = await inParallel(40, 8, async () => (await host.fetch("static", "/x")).status);
    expect((await loops).map(({ status }) => status)).toEqual([503, 503]);
    expect(new Set(others)).toEqual(new Set([200]));
  });

  it("serves the source of a slim tenant, built statically", async () => {
    const entry = join(host.dataDir, "worker.js");
    await writeFile(
      entry,
      'export default { fetch: async (request) => new Response("hello " + (await request.text())) };',
    );
    await host.deploy("same", await buildStaticFetch("starlingmonkey", entry));
    expect(await (await host.fetch("same", "/", { method: "POST", body: "there" })).text()).toBe("hello there");
  }, 120_000);

  it("refuses one that imports what the host does not offer, by name", async () => {
    await expect(host.deploy("greedy", keyValueComponent())).rejects.toThrow(/PLINTH_IMPORT_REFUSED.*wasi:keyvalue/);
  });
});

/** `(component (import "wasi:keyvalue/store@0.2.0" (instance)))` */
function keyValueComponent(): Uint8Array {
  const name = new TextEncoder().encode("wasi:keyvalue/store@0.2.0");
  const instanceType = [7, 3, 1, 0x42, 0];
  const body = [1, 0, name.length, ...name, 5, 0];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...instanceType, 10, body.length, ...body]);
}
