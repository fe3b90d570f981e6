/** A host that starts on the remains of a data folder. It loses nothing, and serves what it can. */
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { embedConfig } from "../host/manifest/config.ts";
import { runCli } from "./support/cli.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const program = answering("await env.KV.get(new URL(request.url).pathname.slice(1)).catch((error) => error.code)");
const withKv = embedConfig(program, { kv: [{ binding: "KV", namespace: "DATA" }] });
const refused = expect.objectContaining({ code: "PLINTH_DATA_FOLDER" });

/** A host with a tenant that has 40 entries in KV, and a tenant that does not use KV. */
async function hostWithData(): Promise<TestHost> {
  const host = await startTestHost({ workers: 2 });
  await host.deploy("notes", withKv);
  await host.deploy("plain", answering("'plain'"));
  const puts = Array.from({ length: 40 }, (_, n) =>
    host.admin(`/v1/tenants/notes/kv/DATA/values/${n}`, { method: "PUT", body: `value ${n}` }),
  );
  for (const put of await Promise.all(puts)) expect(put.ok).toBe(true);
  return host;
}

async function expectAll(dataDir: string): Promise<void> {
  await using host = await startTestHost({ workers: 2, dataDir });
  for (let n = 0; n < 40; n++) expect(await (await host.fetch("notes", `/${n}`)).text()).toBe(`value ${n}`);
  expect(await (await host.fetch("plain")).text()).toBe("plain");
}

test("without its registry, KV or blobs a host does not start, and nothing is lost", async () => {
  await using first = await hostWithData();
  const { dataDir } = first;
  await first.close();
  const blobs = () => readdir(join(dataDir, "blobs"), { recursive: true });
  const before = await blobs();
  // A sweep would remove this file.
  const leftover = join(dataDir, "blobs", before.find((name) => /^[0-9a-f]{2}$/.test(name))!, "0".repeat(64));
  await writeFile(leftover, "");
  for (const name of ["registry.sqlite", "kv.sqlite", "blobs"]) {
    const [path, away] = [join(dataDir, name), join(dataDir, "away")];
    await rename(path, away);
    await expect(startTestHost({ dataDir })).rejects.toThrow(refused);
    expect(await readdir(dataDir)).not.toContain(name);
    await rename(away, path);
    expect(await readFile(leftover, "utf8")).toBe("");
  }
  await expectAll(dataDir);
  expect(new Set(await blobs())).toEqual(new Set(before));

  await rename(join(dataDir, "registry.sqlite"), join(dataDir, "away"));
  const { code, stderr } = await runCli([
    "serve",
    "--data",
    dataDir,
    "--listen",
    "127.0.0.1:0",
    "--admin",
    "127.0.0.1:0",
  ]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/PLINTH_DATA_FOLDER.*registry[.]sqlite is missing/s)]);
});

test("with damaged databases a host serves those who do not need them, and says what to do", async () => {
  await using first = await hostWithData();
  const { dataDir } = first;
  await first.close();
  const files = ["kv.sqlite", "crons.sqlite", "logs.sqlite"].map((name) => join(dataDir, name));
  const whole = await Promise.all(files.map((file) => readFile(file)));
  for (const file of files) await writeFile(file, Buffer.alloc(8192, "not what it was "));
  const log = new PassThrough();
  const logged = text(log);
  {
    await using host = await startTestHost({ workers: 2, dataDir, log, logLevel: "error" });
    expect(await (await host.fetch("plain")).text()).toBe("plain");
    expect(await (await host.fetch("notes", "/1")).text()).toBe("PLINTH_KV_UNAVAILABLE");
    const lines = await host.admin("/v1/tenants/plain/logs");
    expect(await lines.json()).toMatchObject({ lines: [] });
    const listed = await host.admin("/v1/tenants/notes/kv");
    expect([listed.status, await listed.text()]).toEqual([503, expect.stringContaining("PLINTH_KV_UNAVAILABLE")]);
    await host.deploy("other", answering("'deployed'"));
    expect(await (await host.fetch("other")).text()).toBe("deployed");
    await expect(host.deploy("other", withKv)).rejects.toThrow("PLINTH_KV_UNAVAILABLE");
  }
  log.end();
  for (const file of files) expect(await logged).toContain(`The database ${file} cannot be used`);
  await Promise.all(files.map((file, index) => writeFile(file, whole[index]!)));
  await expectAll(dataDir);
});

test("a damaged part of registry.sqlite fails the calls that meet it, and the host's log names the file", async () => {
  const log = new PassThrough();
  const logged = text(log);
  let file = "";
  {
    await using host = await startTestHost({ workers: 2, log, logLevel: "error" });
    await host.deploy("plain", answering("'plain'"));
    expect(await (await host.fetch("plain")).text()).toBe("plain");
    file = join(host.dataDir, "registry.sqlite");
    {
      using registry = new DatabaseSync(file);
      registry.exec("DROP TABLE secrets");
    }
    const listed = await host.admin("/v1/tenants/plain/secrets");
    const { error } = (await listed.json()) as { error: { code: string; message: string } };
    expect([listed.status, error.code]).toEqual([503, "PLINTH_DATA_UNAVAILABLE"]);
    expect(error.message).not.toContain(host.dataDir);
    expect(await (await host.fetch("plain")).text()).toBe("plain");
  }
  log.end();
  expect(await logged).toContain(`The database ${file} cannot be used`);
});
