/** Frameworks that run as pip installs them. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PythonHost } from "./host.fixture.ts";
import { language } from "./language.ts";
import { nameWith, whyMissing } from "./tested.fixture.ts";

const packages = await mkdtemp(join(tmpdir(), "plinth-packages-"));
afterAll(() => rm(packages, { recursive: true }));

/** The reason why pip cannot install the frameworks; undefined if it has. */
async function whyNot(): Promise<string | undefined> {
  const flags = ["--quiet", "--disable-pip-version-check", "--no-compile", "--root-user-action=ignore"];
  try {
    for (const name of ["flask==3.1.1", "starlette==0.47.3"]) {
      const target = ["--target", join(packages, name.replace(/=.*/, ""))];
      await promisify(execFile)("python3", ["-m", "pip", "install", ...flags, ...target, name]);
    }
    return undefined;
  } catch (error) {
    return (error as Error & { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? String(error);
  }
}

const reason = (await whyMissing(language)) ?? (await whyNot());

describe.skipIf(reason !== undefined)(nameWith("frameworks in Python", reason), () => {
  let python: PythonHost;
  beforeAll(async () => {
    python = await PythonHost.start();
  });
  afterAll(() => python?.[Symbol.asyncDispose]());

  async function deployWith(name: string, main: string): Promise<void> {
    const folder = await python.projectOf(name, main);
    await cp(join(packages, name), join(folder, "python_modules"), { recursive: true });
    await python.deploy(name, main);
  }

  test("Flask", async () => {
    await deployWith(
      "flask",
      `
from flask import Flask, jsonify, render_template_string, request

app = Flask(__name__)

@app.get("/hi/<name>")
def hi(name):
    return render_template_string("<b>{{ name }}</b> {{ q }}", name=name, q=request.args.get("q"))

@app.post("/form")
def form():
    return jsonify(request.form.to_dict())
`,
    );
    expect(await python.text("flask", "/hi/%3CAda%3E?q=1")).toBe("<b>&lt;Ada&gt;</b> 1");
    const form = await python.fetch("flask", "/form", {
      method: "POST",
      body: new URLSearchParams({ a: "1", b: "\u00e9" }),
    });
    expect(await form.json()).toEqual({ a: "1", b: "\u00e9" });
    expect((await python.fetch("flask", "/nowhere")).status).toBe(404);
  });

  test("Starlette", async () => {
    await deployWith(
      "starlette",
      `
import asyncio
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

async def item(request):
    await asyncio.sleep(0.01)
    sent = await request.json()
    return JSONResponse({"id": request.path_params["id"], "query": dict(request.query_params), "sent": sent})

def plain(request):
    return PlainTextResponse("no coroutine")

async def stream(request):
    async def parts():
        for n in range(3):
            await asyncio.sleep(0.01)
            yield f"{n};"
    return StreamingResponse(parts(), background=BackgroundTask(print, "behind the stream"))

app = Starlette(routes=[Route("/items/{id}", item, methods=["PUT"]), Route("/plain", plain), Route("/stream", stream)])
`,
    );
    const item = await python.fetch("starlette", "/items/7?a=b", { method: "PUT", body: "[1]" });
    expect(await item.json()).toEqual({ id: "7", query: { a: "b" }, sent: [1] });
    expect(await python.text("starlette", "/plain")).toBe("no coroutine");
    expect(await python.text("starlette", "/stream")).toBe("0;1;2;");
    await expect.poll(() => python.log("starlette")).toContain("behind the stream");
    expect((await python.fetch("starlette", "/items/7")).status).toBe(405);
  });
});
