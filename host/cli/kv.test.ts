/** `plinth kv` against a real host. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliRun, runCommand } from "../../test/support/cli-in-process.ts";
import { startTestHost, type TestHost } from "../../test/support/host.ts";
import { batches } from "./kv-files.ts";

let host: TestHost;
let folder: string;
beforeAll(async () => {
  host = await startTestHost();
  folder = await mkdtemp(join(tmpdir(), "plinth-cli-kv-"));
  for (const name of ["shop", "blog"]) await plinth("tenant", "create", name);
  await plinth("kv", "namespace", "create", "shop", "PAGES");
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function run(...args: string[]): Promise<CliRun> {
  return runCommand(args, { PLINTH_ADMIN: host.adminUrl, PLINTH_TOKEN: host.token, XDG_CONFIG_HOME: folder });
}

async function plinth(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests look at whatever a command prints
async function plinthJson(...args: string[]): Promise<any> {
  return JSON.parse(await plinth(...args, "--json"));
}

test("a value is written, read, listed and deleted", async () => {
  const { revision } = await plinthJson("kv", "put", "shop", "PAGES", "a/ü b", "Grüße", "--metadata", '{"by":"ä"}');
  expect(await plinth("kv", "get", "shop", "PAGES", "a/ü b")).toBe("Grüße");
  expect(await plinthJson("kv", "get", "shop", "PAGES", "a/ü b")).toEqual({
    key: "a/ü b",
    value: "Grüße",
    revision,
    expiration: null,
    metadata: { by: "ä" },
  });
  await plinth("kv", "put", "shop", "PAGES", "b", "x", "--expiration-ttl", "90");
  const { keys, cursor } = await plinthJson("kv", "list", "shop", "PAGES");
  expect(keys.map(({ key }: { key: string }) => key)).toEqual(["a/ü b", "b"]);
  expect(keys[1].expiration).toBeGreaterThan(Date.now() / 1000 + 60);
  expect(cursor).toBeNull();
  expect(await plinth("kv", "list", "shop", "PAGES", "--prefix", "a/")).toMatch(
    /^KEY .*\na\/ü b +\S+ +\S+ +\{"by":"ä"\}\n$/,
  );
  await plinth("kv", "delete", "shop", "PAGES", "a/ü b");
  expect(await run("kv", "get", "shop", "PAGES", "a/ü b")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("PLINTH_KV_KEY_NOT_FOUND"),
  });
});

test("bytes that are no text go in and out of files as they are", async () => {
  const bytes = Buffer.from([0xff, 0, 0xfe, 10]);
  const file = join(folder, "bytes");
  await writeFile(file, bytes);
  await plinth("kv", "put", "shop", "PAGES", "bytes", "--file", file);
  expect((await run("kv", "get", "shop", "PAGES", "bytes")).bytes).toEqual(bytes);
  expect(await plinthJson("kv", "get", "shop", "PAGES", "bytes")).toMatchObject({
    value: bytes.toString("base64"),
    base64: true,
  });
  await plinth("kv", "get", "shop", "PAGES", "bytes", "-o", `${file}.out`);
  expect(await readFile(`${file}.out`)).toEqual(bytes);
});

test("a value comes from standard input", async () => {
  const launcher = join(import.meta.dirname, "plinth.js");
  const env = { PATH: process.env.PATH, PLINTH_ADMIN: host.adminUrl, PLINTH_TOKEN: host.token, HOME: folder };
  const child = spawn(process.execPath, [launcher, "kv", "put", "shop", "PAGES", "piped"], { env });
  child.stdin.end("through a pipe\n");
  expect(await once(child, "close")).toEqual([0, null]);
  expect(await plinth("kv", "get", "shop", "PAGES", "piped")).toBe("through a pipe\n");
});

test("a revision that has gone by is a conflict", async () => {
  const first = await plinthJson("kv", "put", "shop", "PAGES", "count", "1", "--if-revision", "0");
  const conflict = { code: 1, stderr: expect.stringContaining("PLINTH_KV_CONFLICT") };
  expect(await run("kv", "put", "shop", "PAGES", "count", "1", "--if-revision", "0")).toMatchObject(conflict);
  await plinth("kv", "put", "shop", "PAGES", "count", "2", "--if-revision", String(first.revision));
  expect(await run("kv", "delete", "shop", "PAGES", "count", "--if-revision", String(first.revision))).toMatchObject(
    conflict,
  );
});

test("lists go on over pages and say where they have ended", async () => {
  await plinth("kv", "namespace", "create", "shop", "MANY");
  const pairs = Array.from({ length: 1_500 }, (_, n) => ({ key: String(n).padStart(5, "0"), value: `${n}` }));
  const file = join(folder, "many.json");
  await writeFile(file, JSON.stringify(pairs));
  expect(await plinthJson("kv", "bulk", "put", "shop", "MANY", file)).toEqual({ written: 1_500 });
  const most = await plinthJson("kv", "list", "shop", "MANY", "--limit", "1200");
  expect(most.keys).toHaveLength(1_200);
  const rest = await plinthJson("kv", "list", "shop", "MANY", "--limit", "1200", "--cursor", most.cursor);
  expect(rest).toMatchObject({ keys: { length: 300, 0: { key: "01200" } }, cursor: null });
  expect((await run("kv", "list", "shop", "MANY", "--limit", "2")).stderr).toMatch(/--cursor \S+/);
  expect(await plinthJson("kv", "bulk", "delete", "shop", "MANY", file)).toEqual({ deleted: 1_500 });
  expect((await plinthJson("kv", "list", "shop", "MANY")).keys).toEqual([]);
});

test("a folder's files are values, also one that no bulk request would take", async () => {
  const pages = join(folder, "pages");
  await mkdir(join(pages, "blog"), { recursive: true });
  await writeFile(join(pages, "index.html"), "<p>front</p>");
  await writeFile(join(pages, "blog", "first.html"), "<p>first</p>");
  await writeFile(join(pages, ".hidden"), "");
  await writeFile(join(pages, "large"), Buffer.alloc(9 << 20, 7));
  await plinth("kv", "namespace", "create", "shop", "SITE");
  expect(await plinth("kv", "bulk", "put", "shop", "SITE", pages)).toBe("3 keys are written\n");
  expect(await plinth("kv", "get", "shop", "SITE", "blog/first.html")).toBe("<p>first</p>");
  const { keys } = await plinthJson("kv", "list", "shop", "SITE");
  expect(keys.map(({ key, size }: { key: string; size: number }) => [key, size])).toEqual([
    ["blog/first.html", 12],
    ["index.html", 12],
    ["large", 9 << 20],
  ]);
});

test("portions are no larger than a request may be", () => {
  expect([...batches(Array.from({ length: 10_001 }, () => "k"))].map(({ length }) => length)).toEqual([10_000, 1]);
  const large = "x".repeat(5 << 20);
  expect([...batches([large, large, "small", "x".repeat(9 << 20)])].map(({ length }) => length)).toEqual([1, 2, 1]);
  expect([...batches([])]).toEqual([]);
});

test("namespaces are listed with their grants, and deleted", async () => {
  await plinth("kv", "namespace", "create", "shop", "SHARED");
  expect(await plinth("kv", "namespace", "grant", "shop", "SHARED", "blog", "--write")).toBe(
    "blog may read and write shop/SHARED\n",
  );
  expect(await plinth("kv", "namespace", "list", "shop")).toMatch(/^SHARED +0 +0 +blog \(read and write\)$/m);
  expect((await plinthJson("kv", "namespace", "list", "blog")).granted).toEqual([
    { namespace: "shop/SHARED", write: true },
  ]);
  await plinth("kv", "namespace", "revoke", "shop", "SHARED", "blog");
  expect((await plinthJson("kv", "namespace", "list", "blog")).granted).toEqual([]);
  await plinth("kv", "namespace", "delete", "shop", "SHARED");
  expect(await run("kv", "list", "shop", "SHARED")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("PLINTH_KV_NAMESPACE_NOT_FOUND"),
  });
});

test("a value that is too large is not sent", async () => {
  const file = join(folder, "too-large");
  await writeFile(file, Buffer.alloc(25 * 2 ** 20 + 1));
  expect(await run("kv", "put", "shop", "PAGES", "k", "--file", file)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error PLINTH_KV_VALUE_TOO_LARGE: The value for "k" has 26214401 bytes/),
  });
});

test("what cannot be: no step to another path, no two values, no file that is no list", async () => {
  const usage = async (...args: string[]) => {
    const { code, stderr } = await run("kv", ...args);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await usage("namespace", "delete", "shop", "..")).toContain('".." is no name');
  expect(await usage("delete", "shop", "PAGES", ".")).toContain('"." is no name');
  expect(await usage("put", "shop", "PAGES", "k", "v", "--file", "f")).toContain("--file");
  expect(await usage("put", "shop", "PAGES", "k", "v", "--metadata", "{")).toContain("JSON");
  const file = join(folder, "object.json");
  await writeFile(file, "{}");
  expect(await usage("bulk", "put", "shop", "PAGES", file)).toContain("array");
  await writeFile(file, "[7]");
  expect(await usage("bulk", "delete", "shop", "PAGES", file)).toContain("keys");
  expect((await plinthJson("tenant", "list")).tenants).toHaveLength(2);
});
