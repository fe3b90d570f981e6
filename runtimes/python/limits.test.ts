/** Limits of Python programs: they harm neither a host nor each other. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PythonHost } from "./host.fixture.ts";
import { language } from "./language.ts";
import { nameWith, whyMissing } from "./tested.fixture.ts";

const missing = await whyMissing(language);

describe.skipIf(missing !== undefined)(nameWith("limits of Python programs", missing), () => {
  let python: PythonHost;
  beforeAll(async () => {
    python = await PythonHost.start({ cpuMs: 400 });
  });
  afterAll(() => python?.[Symbol.asyncDispose]());

  test("CPU time, memory and recursion have limits, and the host goes on", async () => {
    await python.deploy(
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
      expect((await python.fetch("greedy", `/${what}`)).status).toBeGreaterThanOrEqual(500);
      expect(await python.text("greedy", "/")).toBe("well");
    }
    const log = await python.log("greedy");
    expect(log).toContain("MemoryError");
    expect(log).toContain("RecursionError");
  });

  test("files, sockets, processes, threads and sleep are refused with errors of Python", async () => {
    await python.deploy(
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
    const answer = await python.text("hostile");
    expect(answer).not.toContain("done");
    expect(answer.split(" ").length).toBe(9);
  });

  test("a program that writes over its memory and calls the adapter with rubbish harms itself alone", async () => {
    await python.deploy("bystander", "n = [1]\n\ndef fetch(request, env, ctx):\n    return str(n)\n");
    await python.deploy(
      "rogue",
      `
import struct
import _host
from _plinth import door

def fetch(request, env, ctx):
    what = request.url.rsplit("/", 1)[1]
    if what == "rubbish":
        for frame in (b"", b"\\xff", b"\\x05\\0\\0\\0", b"\\x05" + bytes(200),
                      struct.pack("<II", 1, 0xffffffff), bytes(8) * 9):
            try:
                _host.call(frame)
            except Exception:
                pass
        return "went on"
    if what == "poke":
        for at in range(1 << 12, 1 << 26, 1 << 16):
            door.poke(at, b"\\xff" * 4096)
    if what == "peek":
        return door.peek(0xfffffff0, 0x7fffffff)
    if what == "free":
        for at in range(1, 1 << 22, 8):
            door.free(at)
    return "well"
`,
    );
    for (const what of ["rubbish", "poke", "peek", "free", "rubbish", "poke"]) {
      await (await python.fetch("rogue", `/${what}`)).arrayBuffer();
      expect(await python.text("bystander")).toBe("[1]");
      expect(await python.text("rogue", "/")).toBe("well");
    }
  });

  test("with isolation reuse a program keeps its state, and its memory does not grow with its requests", async () => {
    const folder = await python.projectOf("kept", {
      "main.py": `
count = 0

def fetch(request, env, ctx):
    global count
    count += 1
    return f"{count} {len(request.body)}" + "." * len(request.body)
`,
      "plinth.jsonc": JSON.stringify({ name: "kept", isolation: "reuse" }),
    });
    await python.plinth("deploy", folder);
    // Sixty megabytes in and out. The program has 13 MB beside the image.
    const body = new Uint8Array(1 << 20);
    for (let request = 0; request < 60; request++) {
      const answer = await python.text("kept", "/", { method: "POST", body });
      expect(answer.slice(0, 20)).toMatch(/^[0-9]+ 1048576\./);
    }
  });
});
