import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { buildText } from "../runtimes/js/build-text.ts";
import { runCli } from "./support/cli.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

/** Counts its calls in KV, and tells a secret. */
const PROGRAM = `export default { async fetch(request, env) {
  const count = Number(await env.KV.get("count")) + 1;
  await env.KV.put("count", String(count));
  return new Response(count + " " + env.SECRET);
} };`;

let root: string;
let host: TestHost;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "plinth-backup-"));
  host = await startTestHost({ dataDir: join(root, "data") });
  const program = new Uint8Array(await buildText(PROGRAM));
  await host.deploy("shop", embedConfig(program, { kv: [{ binding: "KV", namespace: "DATA" }] }));
  const json = { "content-type": "application/json" };
  await host.admin("/v1/tenants/shop/secrets/SECRET", { method: "PUT", headers: json, body: '{"value":"hush"}' });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const text = async (of: TestHost, tenant = "shop") => (await of.fetch(tenant)).text();
const backup = (to: string) => runCli(["backup", to, "--data", host.dataDir, "--json"]);

it("a backup made while the host serves is a whole host after its restoration", async () => {
  const folder = join(root, "backup");
  expect(await text(host)).toBe("1 hush");
  // Deploys and writes go on while it is copied.
  let stop = false;
  const traffic = (async () => {
    for (let version = 0; !stop; version++) {
      await host.deploy("busy", answering(`"version ${version}"`));
      await text(host);
    }
  })();
  const made = await backup(folder);
  stop = true;
  await traffic;
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(made.stdout)).toMatchObject({ folder, format: 1, blobs: expect.any(Number) });
  expect((await stat(join(folder, "secret-key"))).mode & 0o077).toBe(0);

  const dataDir = join(root, "restored");
  expect(await runCli(["restore", folder, "--data", dataDir])).toMatchObject({ code: 0 });
  await using other = await startTestHost({ dataDir });
  expect(other.token).toBe(host.token);
  expect(await text(other)).toMatch(/^[0-9]+ hush$/);
  expect(await text(other, "busy")).toMatch(/^version [0-9]+$/);
});

it("a later backup brings an earlier one up to date, and copies no blob again", async () => {
  const folder = join(root, "kept");
  expect(await backup(folder)).toMatchObject({ code: 0 });
  const [shard] = await readdir(join(folder, "blobs"));
  const [blob] = await readdir(join(folder, "blobs", shard!));
  const before = await stat(join(folder, "blobs", shard!, blob!));
  await host.deploy("later", answering('"later"'));
  expect(await backup(folder)).toMatchObject({ code: 0 });
  expect((await stat(join(folder, "blobs", shard!, blob!))).ino).toBe(before.ino);
  const dataDir = join(root, "up-to-date");
  expect(await runCli(["restore", folder, "--data", dataDir])).toMatchObject({ code: 0 });
  await using other = await startTestHost({ dataDir });
  expect(await text(other, "later")).toBe("later");
});

it("a damaged or unfinished backup is not restored, and nothing is left of the try", async () => {
  const folder = join(root, "damaged");
  await backup(folder);
  const [shard] = await readdir(join(folder, "blobs"));
  const [blob] = await readdir(join(folder, "blobs", shard!));
  const file = join(folder, "blobs", shard!, blob!);
  const bytes = await readFile(file);
  await writeFile(file, "something else");
  const dataDir = join(root, "of-damaged");
  const restore = () => runCli(["restore", folder, "--data", dataDir]);
  expect(await restore()).toMatchObject({ code: 1, stderr: expect.stringContaining(blob!) });
  await writeFile(file, bytes);
  await rm(join(folder, "backup.json"));
  expect(await restore()).toMatchObject({ code: 1, stderr: expect.stringContaining("PLINTH_RESTORE") });
  expect((await readdir(root)).filter((name) => name.startsWith("of-damaged"))).toEqual([]);
});

it("neither command writes over what is there", async () => {
  const taken = join(root, "taken");
  await mkdir(taken);
  await writeFile(join(taken, "mine.txt"), "mine");
  expect(await backup(taken)).toMatchObject({ code: 1, stderr: expect.stringContaining("PLINTH_BACKUP") });
  const folder = join(root, "for-taken");
  await backup(folder);
  const { code, stderr } = await runCli(["restore", folder, "--data", taken]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("is not empty") });
  expect(await readdir(taken)).toEqual(["mine.txt"]);
});
