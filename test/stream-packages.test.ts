/** Responses that flow by popular packages, built as users build. */
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildJavaScript } from "../runtimes/js/build-tenant.ts";
import { type Gate, nearGates, startGate } from "./support/gate.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";

let host: TestHost;
let folder: string;
beforeAll(async () => {
  host = await startTestHost(nearGates);
  folder = await mkdtemp(join(tmpdir(), "plinth-streams-"));
  await symlink(join(import.meta.dirname, "../node_modules"), join(folder, "node_modules"));
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

async function deploy(name: string, gate: Gate, source: string): Promise<void> {
  const file = join(folder, `${name}.tsx`);
  await writeFile(file, source);
  const { component } = await buildJavaScript(file, { sourceMap: false });
  await host.deploy(name, gate.admit(component));
}

/** The part of a response that has come before its program passes the gate, and the whole of it. */
async function aroundGate(gate: Gate, response: Response, before: RegExp): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!before.test(text)) {
    const { done, value } = await reader.read();
    expect(done, text).toBe(false);
    text += value;
  }
  await gate.arrived(1);
  gate.open();
  for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
  return text;
}

it("Hono's server-sent events", async () => {
  await using gate = await startGate();
  await deploy(
    "sse",
    gate,
    `import { Hono } from "hono";
     import { streamSSE } from "hono/streaming";
     const app = new Hono();
     app.get("/", (c) => streamSSE(c, async (stream) => {
       await stream.writeSSE({ event: "token", data: "one", id: "1" });
       ${gate.wait};
       await stream.sleep(1);
       await stream.writeSSE({ event: "token", data: "two", id: "2" });
     }));
     export default app;`,
  );
  const response = await host.fetch("sse");
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const text = await aroundGate(gate, response, /one\n/);
  expect(text.replaceAll(/^(event|id): .*\n/gm, "")).toBe("data: one\n\ndata: two\n\n");
  expect(await logOf(host, "sse")).toBe("");
});

it("Hono's streams of text, by a pipe", async () => {
  await using gate = await startGate();
  await deploy(
    "text",
    gate,
    `import { Hono } from "hono";
     import { stream, streamText } from "hono/streaming";
     const app = new Hono();
     app.get("/", (c) => streamText(c, async (out) => {
       await out.writeln("one");
       ${gate.wait};
       await out.write("two");
     }));
     app.get("/pipe", (c) => stream(c, async (out) => {
       await out.pipe(ReadableStream.from(["a", "b"]).pipeThrough(new TextEncoderStream()));
     }));
     export default app;`,
  );
  expect(await aroundGate(gate, await host.fetch("text"), /^one\n$/)).toBe("one\ntwo");
  expect(await (await host.fetch("text", "/pipe")).text()).toBe("ab");
});

it("React's pages, whose parts come when their data are there", async () => {
  await using gate = await startGate();
  await deploy(
    "react",
    gate,
    `import { createElement, Suspense, use } from "react";
     import { renderToReadableStream } from "react-dom/server";
     async function load() { ${gate.wait}; return "the late part"; }
     const Late = ({ data }) => createElement("p", null, use(data));
     const Page = ({ data }) => createElement("html", null, createElement("body", null,
       createElement("h1", null, "the shell"),
       createElement(Suspense, { fallback: "loading" }, createElement(Late, { data }))));
     export default { async fetch() {
       const stream = await renderToReadableStream(createElement(Page, { data: load() }));
       return new Response(stream, { headers: { "content-type": "text/html" } });
     } };`,
  );
  const text = await aroundGate(gate, await host.fetch("react"), /the shell.*loading/s);
  expect(text).toMatch(/loading.*the late part/s);
});
