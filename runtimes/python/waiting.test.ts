/** Python programs that wait, and what they wait for. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PythonHost } from "./host.fixture.ts";
import { language } from "./language.ts";
import { nameWith, whyMissing } from "./tested.fixture.ts";

const missing = await whyMissing(language);

describe.skipIf(missing !== undefined)(nameWith("waits of Python programs", missing), () => {
  let python: PythonHost;
  beforeAll(async () => {
    python = await PythonHost.start({ fetchPrivateNetworks: ["127.0.0.0/8"] });
  });
  afterAll(() => python?.[Symbol.asyncDispose]());

  test("waits hold no thread: 100 requests that sleep answer side by side", async () => {
    await python.deploy(
      "sleeper",
      `
import asyncio

async def part(n):
    await asyncio.sleep(0.05 * n)
    return n

async def fetch(request, env, ctx):
    done = await asyncio.gather(part(2), part(1))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()
    except TimeoutError:
        return f"{done} in time"
`,
    );
    const answers = await Promise.all(Array.from({ length: 100 }, () => python.text("sleeper")));
    expect(new Set(answers)).toEqual(new Set(["[2, 1] in time"]));
  });

  test("vars, KV and fetch are there, as plinth.jsonc names them", async () => {
    await using server = createServer((request, response) => {
      response.setHeader("x-path", request.url!);
      request.pipe(response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const folder = await python.projectOf("bound", {
      "main.py": `
import asyncio
from plinth import BindingError, Response, fetch as ask

async def fetch(request, env, ctx):
    revision = await env.PAGES.put("a", "1", metadata={"by": "test"})
    await env.PAGES.put("b", b"{\\"n\\": 2}")
    found = await env.PAGES.get_with_metadata("a")
    try:
        await env.PAGES.put("a", "2", if_revision=revision + 100)
    except BindingError as error:
        conflict = error.code
    keys = [key["name"] for key in (await env.PAGES.list())["keys"]]
    first, second = await asyncio.gather(
        ask(env.SERVER + "/x", method="POST", body="sent"), ask(env.SERVER + "/y"))
    return Response.json([
        found.value, found.metadata, found.revision == revision, await env.PAGES.get("b", "json"), await env.PAGES.get("c"),
        conflict, keys, first.status, await first.text(), first.headers["x-path"], second.headers["x-path"]])
`,
      "plinth.jsonc": JSON.stringify({
        name: "bound",
        vars: { SERVER: `http://127.0.0.1:${port}` },
        kv: [{ binding: "PAGES", namespace: "pages" }],
        fetch: { allow: [`127.0.0.1:${port}`] },
      }),
    });
    await python.plinth("deploy", folder);
    const expected = [
      "1",
      { by: "test" },
      true,
      { n: 2 },
      null,
      "PLINTH_KV_CONFLICT",
      ["a", "b"],
      200,
      "sent",
      "/x",
      "/y",
    ];
    expect(JSON.parse(await python.text("bound"))).toEqual(expected);
  });

  test("work of wait_until goes on behind the answer", async () => {
    await python.deploy(
      "later",
      `
import asyncio

async def work():
    await asyncio.sleep(0.05)
    print("worked")

async def fetch(request, env, ctx):
    ctx.wait_until(work())
    return "answered"
`,
    );
    expect(await python.text("later")).toBe("answered");
    await expect.poll(() => python.log("later")).toContain("info: worked");
  });

  test("a wait that cannot end fails at once", async () => {
    await python.deploy(
      "stuck",
      "import asyncio\n\nasync def fetch(request, env, ctx):\n    await asyncio.Event().wait()\n",
    );
    expect((await python.fetch("stuck")).status).toBe(500);
    expect(await python.log("stuck")).toContain("waits for something that can never happen");
  });

  test("a body flows while the program writes it, and work of an ASGI application goes on behind it", async () => {
    await python.deploy(
      "flowing",
      `
import asyncio

async def app(scope, receive, send):
    assert scope["type"] == "http" and (await receive())["body"] == b""
    await send({"type": "http.response.start", "status": 203, "headers": [(b"x-path", scope["path"].encode())]})
    for n in range(3):
        await send({"type": "http.response.body", "body": b"%d;" % n, "more_body": True})
        await asyncio.sleep(0.02)
    await send({"type": "http.response.body", "body": b"x" * (1 << 20)})
    await asyncio.sleep(0.02)
    print("behind", (await receive())["type"])
`,
    );
    const response = await python.fetch("flowing", "/a%20b");
    expect(response.status).toBe(203);
    expect(response.headers.get("x-path")).toBe("/a b");
    expect(response.headers.get("content-length")).toBeNull();
    expect(await response.text()).toBe(`0;1;2;${"x".repeat(1 << 20)}`);
    await expect.poll(() => python.log("flowing")).toContain("info: behind http.disconnect");
    expect((await python.fetch("flowing", "/", { method: "HEAD" })).status).toBe(203);
  });

  test("a body of a generator reaches its client before the program ends it, in any length", async () => {
    await python.deploy(
      "generator",
      `
import asyncio
from plinth import Response

async def parts(n):
    yield "begun;"
    await asyncio.sleep(0.01)
    for _ in range(n):
        yield b"y" * 65536

async def fetch(request, env, ctx):
    return Response(parts(64), headers={"content-type": "text/plain"})
`,
    );
    const text = await python.text("generator");
    expect([text.slice(0, 6), text.length]).toEqual(["begun;", 6 + 64 * 65536]);
  });

  test("a body that breaks off ends the connection, and the log says why", async () => {
    await python.deploy(
      "broken",
      `
import asyncio
from plinth import Response

async def parts():
    yield "begun"
    await asyncio.sleep(0.01)
    raise ValueError("no more")

async def fetch(request, env, ctx):
    return Response(parts())
`,
    );
    await expect(python.text("broken")).rejects.toThrow();
    await expect.poll(() => python.log("broken")).toContain("ValueError: no more");
  });

  test("a WSGI application answers", async () => {
    await python.deploy(
      "wsgi",
      `
def app(environ, start_response):
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Sent", environ["HTTP_X_SENT"])])
    yield environ["REQUEST_METHOD"].encode() + b" " + environ["PATH_INFO"].encode("latin-1")
    yield b"?" + environ["QUERY_STRING"].encode() + b" " + environ["wsgi.input"].read()
`,
    );
    const response = await python.fetch("wsgi", "/%C3%A9?a=1", {
      method: "POST",
      body: "sent",
      headers: { "x-sent": "1" },
    });
    expect([response.status, response.headers.get("x-sent")]).toEqual([201, "1"]);
    expect(await response.text()).toMatch(/^POST .*\/\u00e9\?a=1 sent$/);
  });
});
