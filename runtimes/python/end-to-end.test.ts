/** Python programs over HTTP, through the command line and a host. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PythonHost } from "./host.fixture.ts";
import { language } from "./language.ts";
import { nameWith, whyMissing } from "./tested.fixture.ts";

const missing = await whyMissing(language);

describe.skipIf(missing !== undefined)(nameWith("Python programs", missing), () => {
  let python: PythonHost;
  beforeAll(async () => {
    python = await PythonHost.start();
  });
  afterAll(() => python?.[Symbol.asyncDispose]());

  test("a new project is deployed in kilobytes and answers", async () => {
    await python.deployTemplate("python", "hello");
    expect(await python.text("hello", "/?name=Ada")).toBe("Hello, Ada!\n");
    const version = await python.host.admin("/v1/tenants/hello/versions/1");
    expect(await version.json()).toMatchObject({ kind: "slim", runtime: "plinth:python@3.15.0" });
  });

  test("a request and its answer keep method, address, fields and bytes", async () => {
    await python.deploy(
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
    const response = await python.fetch("echo", "/a%20b?c=%C3%A9", {
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
    await python.deploy("one", counter("one"));
    await python.deploy("two", counter("two"));
    const names = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? "two" : "one"));
    const answers = await Promise.all(names.map((name) => python.text(name)));
    expect(answers).toEqual(names.map((name) => `${name} ${name} 2 False None`));
  });

  test("random numbers are others in each request, those of generators from the load, too", async () => {
    await python.deploy(
      "dice",
      `
import os, random, secrets, uuid
own = random.Random()
seeded = random.Random(1)

def fetch(request, env, ctx):
    return f"{random.random()} {own.random()} {secrets.token_hex(8)} {uuid.uuid4()} {os.urandom(8).hex()}/{seeded.random()}"
`,
    );
    const answers = await Promise.all(Array.from({ length: 8 }, () => python.text("dice")));
    const drawn = answers.flatMap((answer) => answer.split("/")[0]!.split(" "));
    expect(new Set(drawn).size).toBe(8 * 5);
    expect(new Set(answers.map((answer) => answer.split("/")[1])).size).toBe(1);
  });

  test("an error is in the log with file and line, and its client learns nothing of it", async () => {
    await python.deploy("failing", {
      "main.py": "import shop.prices\n\nasync def fetch(request, env, ctx):\n    return shop.prices.of('pear')\n",
      "shop/prices.py": "PRICES = {}\n\ndef of(name):\n    return PRICES[name]\n",
    });
    const response = await python.fetch("failing");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("pear");
    const log = await python.log("failing");
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
    await expect(python.deploy("refused", source)).rejects.toThrow(reason);
  });

  test("print, standard error and logging are lines of the log", async () => {
    await python.deploy(
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
    await python.text("logging");
    const log = await python.log("logging");
    expect(log).toContain("info: printed");
    expect(log).toContain("info: without an end");
    expect(log).toMatch(/told/);
  });
});
