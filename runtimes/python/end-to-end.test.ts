/** Python programs over HTTP, through the command line and a host. */
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../test/support/cli-in-process.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { logOf } from "../../test/support/logs.ts";
import { buildPython, pythonComponent } from "./build-tenant.ts";
import { missing, nameWith } from "./tested.fixture.ts";

describe.skipIf(missing !== undefined)(nameWith("Python programs"), () => {
  let work: string;
  let host: TestHost;
  let env: Record<string, string>;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), "plinth-python-"));
    host = await startTestHost({
      runtimes: ["plinth:js", "plinth:python"],
      workers: 2,
      fetchPrivateNetworks: ["127.0.0.0/8"],
      cpuMs: 400,
    });
    env = { PLINTH_ADMIN: host.adminUrl, PLINTH_TOKEN: host.token, XDG_CONFIG_HOME: join(work, "config") };
  });
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await rm(work, { recursive: true });
  });

  async function plinth(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runCommand(args, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  }

  /** Creates a folder with a program. @param files the text of main.py, or of several files */
  async function projectOf(name: string, files: string | Record<string, string>): Promise<string> {
    const folder = join(work, name);
    for (const [file, text] of Object.entries(typeof files === "string" ? { "main.py": files } : files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    return folder;
  }

  async function deploy(name: string, files: string | Record<string, string>): Promise<void> {
    await host.deploy(name, pythonComponent((await buildPython(await projectOf(name, files))).program));
  }

  const text = async (name: string, path?: string, init?: RequestInit) => (await host.fetch(name, path, init)).text();

  test("a new project is deployed in kilobytes and answers", async () => {
    const folder = join(work, "hello");
    await plinth("init", folder, "--template", "python");
    const built = JSON.parse(await plinth("build", folder, "--json"));
    expect(built.language).toBe("python");
    expect(built.sizes.component).toBeLessThan(4096);
    await plinth("deploy", folder);
    expect(await text("hello", "/?name=Ada")).toBe("Hello, Ada!\n");
    const version = await host.admin("/v1/tenants/hello/versions/1");
    expect(await version.json()).toMatchObject({ kind: "slim", runtime: "plinth:python@3.15.0" });
  });

  test("a request and its answer keep method, address, fields and bytes", async () => {
    await deploy(
      "echo",
      `
from plinth import Response

async def fetch(request, env, ctx):
    data = await request.bytes()
    fields = [("x-method", request.method), ("x-url", request.url), ("x-sent", request.headers["X-Sent"])]
    fields += [("x-two", "a"), ("x-two", "b")]
    return Response(data[::-1], 201, fields)
`,
    );
    const body = new Uint8Array([0, 255, 128, 1]);
    const response = await host.fetch("echo", "/a%20b?c=%C3%A9", {
      method: "PUT",
      body,
      headers: { "x-sent": "h\u00e9" },
    });
    expect(response.status).toBe(201);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body.toReversed());
    expect(response.headers.get("x-method")).toBe("PUT");
    expect(response.headers.get("x-url")).toMatch(/\/a%20b\?c=%C3%A9$/);
    expect(response.headers.get("x-sent")).toBe("h\u00e9");
    expect(response.headers.get("x-two")).toBe("a, b");
  });

  test("a request finds the program as its load has left it, and nothing of other programs", async () => {
    const counter = (name: string) => `
import json
seen = [${JSON.stringify(name)}]
json.owner = ${JSON.stringify(name)}

def fetch(request, env, ctx):
    seen.append(request.url)
    return f"{json.owner} {seen[0]} {len(seen)} {hasattr(json, 'left')} {setattr(json, 'left', 1)}"
`;
    await deploy("one", counter("one"));
    await deploy("two", counter("two"));
    const names = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? "two" : "one"));
    const answers = await Promise.all(names.map((name) => text(name)));
    expect(answers).toEqual(names.map((name) => `${name} ${name} 2 False None`));
  });

  test("random numbers are others in each request, those of generators from the load, too", async () => {
    await deploy(
      "dice",
      `
import os, random, secrets, uuid
own = random.Random()
seeded = random.Random(1)

def fetch(request, env, ctx):
    return f"{random.random()} {own.random()} {secrets.token_hex(8)} {uuid.uuid4()} {os.urandom(8).hex()}/{seeded.random()}"
`,
    );
    const answers = await Promise.all(Array.from({ length: 8 }, () => text("dice")));
    const drawn = answers.flatMap((answer) => answer.split("/")[0]!.split(" "));
    expect(new Set(drawn).size).toBe(8 * 5);
    expect(new Set(answers.map((answer) => answer.split("/")[1])).size).toBe(1);
  });

  test("an error is in the log with file and line, and its client learns nothing of it", async () => {
    await deploy("failing", {
      "main.py": "import shop.prices\n\nasync def fetch(request, env, ctx):\n    return shop.prices.of('pear')\n",
      "shop/prices.py": "PRICES = {}\n\ndef of(name):\n    return PRICES[name]\n",
    });
    const response = await host.fetch("failing");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("pear");
    const log = await logOf(host, "failing");
    expect(log).toContain('File "main.py", line 4, in fetch');
    expect(log).toMatch(/File "shop\/prices\.py", line 4, in of\n +return PRICES\[name\]/);
    expect(log).toContain("KeyError: 'pear'");
    expect(log).not.toContain("_plinth");
  });

  test.each([
    [
      "an error",
      "def fetch(request, env, ctx):\n    pass\n\nraise ValueError('no luck')\n",
      /main\.py:4: ValueError: no luck/,
    ],
    ["a mistake in the syntax", "def fetch(request:\n", /main\.py:1: SyntaxError: /],
    ["no handler", "x = 1\n", /main\.py has no handler: define async def fetch/],
    ["a module that is not there", "import numpy\n", /main\.py:1: ModuleNotFoundError: No module named 'numpy'/],
  ])("a deploy is refused with the reason where the load has %s", async (_, source, reason) => {
    await expect(deploy("refused", source)).rejects.toThrow(reason);
  });

  test("print, standard error and logging are lines of the log", async () => {
    await deploy(
      "logging",
      `
import logging, sys
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")

def fetch(request, env, ctx):
    print("printed")
    print("without an end", end="")
    logging.info("told")
    return ""
`,
    );
    await text("logging");
    const log = await logOf(host, "logging");
    expect(log).toContain("info: printed");
    expect(log).toContain("info: without an end");
    expect(log).toMatch(/told/);
  });

  test("CPU time, memory and recursion have limits, and the host goes on", async () => {
    await deploy(
      "greedy",
      `
def down(n):
    return down(n + 1) + 1

def fetch(request, env, ctx):
    what = request.url.rsplit("/", 1)[1]
    if what == "loop":
        while True:
            pass
    if what == "memory":
        return str(len(bytearray(1 << 28)))
    if what == "recursion":
        return str(down(0))
    if what == "exit":
        raise SystemExit(3)
    if what == "os-exit":
        import os
        os._exit(3)
    return "well"
`,
    );
    for (const what of ["loop", "memory", "recursion", "exit", "os-exit"]) {
      expect((await host.fetch("greedy", `/${what}`)).status).toBeGreaterThanOrEqual(500);
      expect(await text("greedy", "/")).toBe("well");
    }
    const log = await logOf(host, "greedy");
    expect(log).toContain("MemoryError");
    expect(log).toContain("RecursionError");
  });

  test("files, sockets, processes, threads and sleep are refused with errors of Python", async () => {
    await deploy(
      "hostile",
      `
import os, socket, subprocess, threading, time
import _host

def tried(call):
    try:
        return f"done {call()}"
    except Exception as error:
        return type(error).__name__

def fetch(request, env, ctx):
    calls = [
        lambda: open("/etc/passwd"),
        lambda: open("/proc/self/environ"),
        lambda: os.listdir("/"),
        lambda: open("new", "w"),
        lambda: os.mkdir("new"),
        lambda: socket.create_connection(("127.0.0.1", 1)),
        lambda: subprocess.run(["true"]),
        lambda: threading.Thread(target=print).start(),
        lambda: time.sleep(1),
    ]
    return " ".join(tried(call) for call in calls)
`,
    );
    const answer = await text("hostile");
    expect(answer).not.toContain("done");
    expect(answer.split(" ").length).toBe(9);
  });

  test("waits hold no thread: 100 requests that sleep answer side by side", async () => {
    await deploy(
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
    const answers = await Promise.all(Array.from({ length: 100 }, () => text("sleeper")));
    expect(new Set(answers)).toEqual(new Set(["[2, 1] in time"]));
  });

  test("vars, KV and fetch are there, as plinth.jsonc names them", async () => {
    await using server = createServer((request, response) => {
      response.setHeader("x-path", request.url!);
      request.pipe(response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const folder = await projectOf("bound", {
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
    await plinth("deploy", folder);
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
    expect(JSON.parse(await text("bound"))).toEqual(expected);
  });

  test("work of wait_until goes on behind the answer", async () => {
    await deploy(
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
    expect(await text("later")).toBe("answered");
    await expect.poll(() => logOf(host, "later")).toContain("info: worked");
  });

  test("a wait that cannot end fails at once", async () => {
    await deploy("stuck", "import asyncio\n\nasync def fetch(request, env, ctx):\n    await asyncio.Event().wait()\n");
    expect((await host.fetch("stuck")).status).toBe(500);
    expect(await logOf(host, "stuck")).toContain("waits for something that can never happen");
  });
});
