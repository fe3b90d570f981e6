import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { runCli } from "./support/cli.ts";
import { command, errorOf, PLAIN } from "./support/commands.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { inParallel } from "./support/load.ts";
import { logOf } from "./support/logs.ts";

/** Copies standard input to standard output until the input ends. */
const ECHO = `
  (call $text)
  (loop $more
    (i32.store (i32.const 32) (i32.const 65536))
    (i32.store (i32.const 36) (i32.const 50000))
    (drop (call $fd_read (i32.const 0) (i32.const 32) (i32.const 1) (i32.const 40)))
    (if (i32.load (i32.const 40)) (then
      (call $say (i32.const 1) (i32.const 65536) (i32.load (i32.const 40)))
      (br $more))))`;

/** Writes all strings of a function like environ_get. Each string ends with a NUL. */
const list = (sizes: string, get: string) => `
  (call $text)
  (drop (call ${sizes} (i32.const 32) (i32.const 36)))
  (drop (call ${get} (i32.const 4096) (i32.const 65536)))
  (call $say (i32.const 1) (i32.const 65536) (i32.load (i32.const 36)))`;

const sleepMs = (ms: number) => `(call $sleep (i64.const ${ms}000000))`;

/** Names of whole entries of fd_readdir: 24 bytes with the name's length at 16, then the name. */
function entriesOf(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + 24 <= bytes.length; ) {
    const end = at + 24 + bytes.readUInt32LE(at + 16);
    if (end <= bytes.length) names.push(bytes.toString("utf8", at + 24, end));
    at = end;
  }
  return names;
}

const WORKERS = 2;

describe("WASI commands", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ workers: WORKERS, wallMs: 600_000 });
    await host.deploy("hello", await command("(call $text)", `${PLAIN}hello`));
  });
  afterAll(() => host.close());

  it("answer with what they write to standard output", async () => {
    const response = await host.fetch("hello");
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      200,
      "text/plain",
      "hello",
    ]);
    const versions = (await (await host.admin("/v1/tenants/hello/versions")).json()) as { versions: object[] };
    expect(versions.versions).toMatchObject([{ kind: "wasi", runtime: null, runtimeIntegrity: null, active: true }]);
  });

  it.each(["", ".", "./", "/", "tmp/.."])("list the root, opened as %j, in pieces of any size", async (path) => {
    const at = 1024 + PLAIN.length;
    const open = `(call $say (i32.const 1) (i32.const 1024) (i32.const ${PLAIN.length}))
      (if (call $path_open (i32.const 3) (i32.const 0) (i32.const ${at}) (i32.const ${path.length}) (i32.const 2)
        (i64.const 0x4000) (i64.const 0) (i32.const 0) (i32.const 40)) (then unreachable))`;
    // A piece ends in the middle of an entry, as in a program whose buffer is small; the next one begins at its cookie.
    const read = (cookie: number, bytes: number) => `
      (if (call $fd_readdir (i32.load (i32.const 40)) (i32.const 65536) (i32.const ${bytes}) (i64.const ${cookie})
        (i32.const 44)) (then unreachable))
      (call $say (i32.const 1) (i32.const 65536) (i32.load (i32.const 44)))`;
    await host.deploy("root", await command(open + read(0, 30) + read(1, 4096), PLAIN + path));
    const bytes = Buffer.from(await (await host.fetch("root")).arrayBuffer());
    expect([...entriesOf(bytes.subarray(0, 30)), ...entriesOf(bytes.subarray(30))]).toEqual([".", "..", "tmp"]);
  });

  it("read vars and secrets as variables beside those of the request", async () => {
    const program = await command(list("$environ_sizes_get", "$environ_get"), PLAIN);
    const vars = { TEXT: "grüezi", LIST: [1, "two"], HTTP_KEY: "a var", HTTP_NONE: "a var", SECRET: "a var" };
    await host.deploy("variables", embedConfig(program, { vars }));
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ value: "hush" });
    await host.admin("/v1/tenants/variables/secrets/SECRET", { method: "PUT", headers, body });
    const answer = await (await host.fetch("variables", "/", { headers: { key: "theirs" } })).text();
    const variables = new Map(answer.split("\0").map((entry) => entry.split("=") as [string, string]));
    expect(variables.has("HTTP_NONE")).toBe(false);
    expect(Object.fromEntries(variables)).toMatchObject({
      TEXT: "grüezi",
      LIST: '[1,"two"]',
      HTTP_KEY: "theirs",
      SECRET: "hush",
      REQUEST_METHOD: "GET",
    });
  });

  it("give status and headers, and take a body of any bytes", async () => {
    await host.deploy("echo", await command(ECHO, "Status: 201 Made\r\nX-Mine: a:b\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n"));
    const body = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256);
    const response = await host.fetch("echo", "/", { method: "POST", body });
    expect([response.status, response.headers.get("x-mine"), response.headers.get("x-two")]).toEqual([
      201,
      "a:b",
      "1, 2",
    ]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
  });

  it("redirect with a location", async () => {
    await host.deploy("away", await command("(call $text)", "Location: /elsewhere\n\n"));
    const response = await host.fetch("away", "/", { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/elsewhere"]);
  });

  it("find the request in CGI's variables", async () => {
    await host.deploy("env", await command(list("$environ_sizes_get", "$environ_get"), PLAIN));
    const response = await host.fetch("env", "/a%20b/%00?x=1&y=%20", {
      method: "PUT",
      body: "12345",
      headers: { "content-type": "text/x", "x-some-name": "grüße", x_some_name: "forged", proxy: "http://evil" },
    });
    const variables = new Map(
      (await response.text())
        .split("\0")
        .filter((entry) => entry !== "")
        .map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    const authority = new URL(host.ingressUrl).host;
    expect(Object.fromEntries(variables)).toMatchObject({
      GATEWAY_INTERFACE: "CGI/1.1",
      SERVER_PROTOCOL: "HTTP/1.1",
      SERVER_SOFTWARE: "Plinth",
      SERVER_NAME: "127.0.0.1",
      SERVER_PORT: new URL(host.ingressUrl).port,
      REQUEST_METHOD: "PUT",
      REQUEST_URI: "/a%20b/%00?x=1&y=%20",
      SCRIPT_NAME: "/t/env",
      PATH_INFO: "/a%20b/%00",
      X_RAW_PATH_INFO: "/a%20b/%00",
      QUERY_STRING: "x=1&y=%20",
      CONTENT_TYPE: "text/x",
      CONTENT_LENGTH: "5",
      REMOTE_ADDR: "127.0.0.1",
      HTTP_HOST: authority,
      HTTP_X_SOME_NAME: "grüße",
      X_FULL_URL: `http://${authority}/t/env/a%20b/%00?x=1&y=%20`,
      X_MATCHED_ROUTE: "/t/env/...",
    });
    expect(variables.has("HTTP_PROXY")).toBe(false);

    const byName = await host.getByHostname("env.localhost", "/a%20b");
    expect(byName.body.split("\0")).toEqual(
      expect.arrayContaining(["SCRIPT_NAME=", "PATH_INFO=/a b", "X_MATCHED_ROUTE=/...", "CONTENT_LENGTH=0"]),
    );
  });

  it("find the query in their arguments", async () => {
    await host.deploy("args", await command(list("$args_sizes_get", "$args_get"), PLAIN));
    expect((await (await host.fetch("args", "/path?greet=matt&-v")).text()).split("\0")).toEqual([
      "/path",
      "greet=matt",
      "-v",
      "",
    ]);
  });

  it("write to the tenant's log with standard error", async () => {
    const body =
      "(call $say (i32.const 2) (i32.const 1024) (i32.const 9)) (call $say (i32.const 1) (i32.const 1033) (i32.const 40))";
    await host.deploy("stderr", await command(body, `one\ntwo\n.Content-Type: text/plain\n\nanswer.........`));
    expect(await (await host.fetch("stderr")).text()).toBe("answer........");
    expect(await logOf(host, "stderr")).toContain("error: one\nerror: two");
  });

  it("exit: 500 with nothing written, the response otherwise", async () => {
    await host.deploy("exit", await command("(call $proc_exit (i32.const 3))"));
    expect(await errorOf(await host.fetch("exit"))).toBe("500 PLINTH_TENANT_EXCEPTION");
    expect(await logOf(host, "exit")).toContain("exited with code 3");

    await host.deploy("exit", await command("(call $text) (call $proc_exit (i32.const 3)) (unreachable)", `${PLAIN}x`));
    expect(await (await host.fetch("exit")).text()).toBe("x");
    await host.deploy("exit", await command("(call $text) (call $proc_exit (i32.const 0))", `${PLAIN}y`));
    expect(await (await host.fetch("exit")).text()).toBe("y");
  });

  const failures = [
    { name: "a trap", body: "(call $text) (unreachable)", text: `${PLAIN}x`, log: "unreachable" },
    { name: "endless recursion", body: "(call $again)", extra: "(func $again (call $again))", log: "stack" },
    { name: "no output", body: "", log: "headers do not end" },
    { name: "no header that says what it is", body: "(call $text)", text: "X-A: b\n\nbody", log: "no Content-Type" },
    { name: "a line that is no header", body: "(call $text)", text: "hello world\n\n", log: "no header" },
    { name: "a status that is none", body: "(call $text)", text: "Status: fine\n\n", log: "its status is" },
  ];
  for (const { name, body, text, extra, log } of failures) {
    it(`answer 500 to ${name}, with the reason in the log`, async () => {
      await host.deploy("failing", await command(body, text, extra));
      expect(await errorOf(await host.fetch("failing"))).toBe("500 PLINTH_TENANT_EXCEPTION");
      expect(await logOf(host, "failing")).toContain(log);
    });
  }

  it("wait beside each other in a worker", async () => {
    const body = `(local $began i64) (local.set $began (call $now)) ${sleepMs(1_000)}
      (call $text) (call $u64 (local.get $began)) (call $u64 (call $now))`;
    await host.deploy("sleep", await command(body, PLAIN));
    const spans = await inParallel(40, 40, async () => {
      const view = new DataView(await (await host.fetch("sleep")).arrayBuffer());
      return { began: view.getBigInt64(0, true), ended: view.getBigInt64(8, true) };
    });
    // If a worker ran only one command at a time, no more commands than workers would be under way.
    const atOnce = spans.map(({ began: at }) => spans.filter(({ began, ended }) => began <= at && at < ended).length);
    expect(Math.max(...atOnce)).toBeGreaterThan(2 * WORKERS);
    for (const { began, ended } of spans) expect(ended - began).toBeGreaterThanOrEqual(1_000_000_000n);
  });

  it("find nothing of an earlier request", async () => {
    const body = `(i32.store8 (i32.const 1050) (i32.add (i32.load8_u (i32.const 1050)) (i32.const 1))) (call $text)`;
    await host.deploy("fresh", await command(body, `${PLAIN}0`));
    const answers = await inParallel(30, 6, async () => (await host.fetch("fresh")).text());
    expect(new Set(answers)).toEqual(new Set(["1"]));
  });

  it("get random bytes of their own in each request", async () => {
    const body =
      "(drop (call $random_get (i32.const 32) (i32.const 8))) (call $text) (call $u64 (i64.load (i32.const 32)))";
    await host.deploy("random", await command(body, PLAIN));
    const answers = await inParallel(20, 4, async () =>
      Buffer.from(await (await host.fetch("random")).arrayBuffer()).toString("hex"),
    );
    expect(new Set(answers).size).toBe(20);
  });

  it("are deployed from a file by the command line", async () => {
    const file = join(host.dataDir, "command.wasm");
    await writeFile(file, await command("(call $text)", `${PLAIN}from a file`));
    const { code, stderr } = await runCli([
      ...["deploy", file, "--name", "file"],
      ...["--admin", host.adminUrl, "--token-file", host.tokenFile],
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await (await host.fetch("file")).text()).toBe("from a file");
  });
});
