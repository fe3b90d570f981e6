/** A data folder on a full disk: reads, deletes and restarts work. The tests need the right to mount a file system. */
import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const program = answering("await env.KV.get(new URL(request.url).pathname.slice(1)).catch((error) => error.code)");
const withKv = embedConfig(program, { kv: [{ binding: "KV", namespace: "DATA" }] });
const VALUES = "/v1/tenants/notes/kv/DATA/values";

interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** Takes all the free room, to the last byte. */
  fill(): void;
  empty(): Promise<void>;
}

/** @returns null if this process may not mount */
async function smallDisk(): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "none", folder], { stdio: "ignore" });
  } catch {
    await rm(folder, { recursive: true });
    return null;
  }
  const filler = join(folder, "filler");
  return {
    folder,
    fill: () => fillUp(filler),
    empty: () => rm(filler),
    async [Symbol.asyncDispose]() {
      execFileSync("umount", ["--lazy", folder]);
      await rm(folder, { recursive: true });
    },
  };
}

function fillUp(path: string): void {
  const file = openSync(path, "a");
  try {
    for (let size = 1 << 20; size > 0; ) {
      try {
        if (writeSync(file, Buffer.alloc(size)) < size) size >>= 1;
      } catch {
        size >>= 1;
      }
    }
  } finally {
    closeSync(file);
  }
}

const put = (host: TestHost, key: string, body: string) => host.admin(`${VALUES}/${key}`, { method: "PUT", body });
const codeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;
const upload = (host: TestHost, component: Uint8Array) => {
  const headers = { "content-type": "application/wasm" };
  return host.admin("/v1/tenants/notes/versions", { method: "POST", headers, body: new Uint8Array(component) });
};

async function expectReads(host: TestHost, last: number): Promise<void> {
  for (let n = 1; n <= last; n++) expect(await (await host.fetch("notes", `/${n}`)).text()).toBe(`value ${n}`);
  expect((await host.admin("/v1/tenants/notes/versions")).status).toBe(200);
  expect((await host.admin("/v1/tenants")).status).toBe(200);
}

async function expectRefusals(host: TestHost): Promise<void> {
  const refused = await upload(host, answering(`"${"x".repeat(100_000)}"`));
  expect([refused.status, await codeOf(refused)]).toEqual([507, "PLINTH_DISK_FULL"]);
  const value = await put(host, "large", "x".repeat(1 << 20));
  expect([value.status, await codeOf(value)]).toEqual([503, "PLINTH_KV_UNAVAILABLE"]);
  // Small values may find room in a file's last page, so the answers differ. An acknowledged value is there.
  for (let n = 0; n < 50; n++) {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ value: "x".repeat(4_000) });
    const answer = await host.admin(`/v1/tenants/notes/secrets/S${n}`, { method: "PUT", headers, body });
    if (answer.ok) continue;
    expect([answer.status, await codeOf(answer)]).toEqual([507, "PLINTH_DISK_FULL"]);
    return;
  }
  expect.unreachable();
}

async function expectDeletes(host: TestHost, key: number, version: number): Promise<void> {
  expect((await host.admin(`${VALUES}/${key}`, { method: "DELETE" })).status).toBe(204);
  expect(await (await host.fetch("notes", `/${key}`)).text()).toBe("null");
  expect((await host.admin(`/v1/tenants/notes/versions/${version}`, { method: "DELETE" })).status).toBe(204);
}

test("a full disk", async (context) => {
  await using disk = await smallDisk();
  if (disk === null) return context.skip("needs the right to mount");
  const options = { workers: 2, dataDir: disk.folder };
  {
    await using host = await startTestHost(options);
    await host.deploy("notes", withKv);
    for (const version of [2, 3, 4]) expect((await upload(host, answering(`${version}`))).status).toBe(201);
    for (let n = 1; n <= 40; n++) expect((await put(host, `${n}`, `value ${n}`)).ok).toBe(true);
    disk.fill();
    await expectReads(host, 40);
    await expectRefusals(host);
    await expectDeletes(host, 40, 2);
    disk.fill();
    await expectDeletes(host, 39, 3);
    await expectReads(host, 38);
  }
  disk.fill();
  {
    await using host = await startTestHost(options);
    await expectReads(host, 38);
    disk.fill();
    await expectDeletes(host, 38, 4);
    await expectRefusals(host);
  }
  await disk.empty();
  await using host = await startTestHost(options);
  await expectReads(host, 37);
  expect((await put(host, "large", "x".repeat(1 << 20))).ok).toBe(true);
  expect((await upload(host, answering("5"))).status).toBe(201);
});
