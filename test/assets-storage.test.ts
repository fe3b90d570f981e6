/** Static files on the host's disk: the files that are sent, that count, that are removed, and that are refused. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBackup } from "../host/backup/make-backup.ts";
import { restoreBackup } from "../host/backup/restore-backup.ts";
import { embedConfig } from "../host/manifest/config.ts";
import { deployWithAssets, framed, listOf, send, sha256, stage } from "./support/assets.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const program = answering("'program'");
const page = "<h1>home</h1>";
const json = { "content-type": "application/json" };

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ workers: 1, assetCount: 10, assetLimitBytes: 1_500_000, assetTotalMib: 2 });
});
afterAll(() => host.close());

const blobOf = (bytes: string, folder = host.dataDir) =>
  join(folder, "blobs", sha256(bytes).slice(0, 2), sha256(bytes));
const body = async (name: string, path: string) => (await host.fetch(name, path)).text();

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

function upload(name: string, query: string, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = { "content-type": "application/wasm" };
  return host.admin(`/v1/tenants/${name}/versions${query}`, { method: "POST", headers, body: bytes });
}

describe("only what the host lacks is sent", () => {
  test("and a version keeps what an earlier one had", async () => {
    const files = { "/index.html": page, "/copy.html": page, "/a.txt": "a" };
    expect((await deployWithAssets(host, "site", program, files)).toSorted()).toEqual(
      [sha256("a"), sha256(page)].toSorted(),
    );
    const next = { ...files, "/a.txt": "b" };
    expect(await deployWithAssets(host, "site", program, next)).toEqual([sha256("b")]);
    expect(await deployWithAssets(host, "site", program, next)).toEqual([]);
    expect([await body("site", "/"), await body("site", "/a.txt")]).toEqual([page, "b"]);
    await host.admin("/v1/tenants/site/rollback", { method: "POST" });
    await host.admin("/v1/tenants/site/rollback", { method: "POST" });
    expect(await body("site", "/a.txt")).toBe("a");
  });

  test("but a tenant that knows the hash of another one's file does not have the file", async () => {
    await deployWithAssets(host, "owner", program, { "/secret.txt": "another's" });
    await host.admin("/v1/tenants", { method: "POST", headers: json, body: JSON.stringify({ name: "thief" }) });
    const { list, missing } = await stage(host, "thief", { "/secret.txt": "another's" });
    expect(missing).toEqual([sha256("another's")]);
    const answer = await upload("thief", `?assets=${list}`, embedConfig(program, { assets: { directory: "x" } }));
    expect([answer.status, await codeOf(answer)]).toEqual([409, "PLINTH_ASSETS_MISSING"]);
  });
});

test("a file counts once towards the tenant's storage, however many versions have it, and goes with the last", async () => {
  const first = { "/first.txt": "1".repeat(1_200_000) };
  await deployWithAssets(host, "counted", program, first);
  await host.admin("/v1/tenants/counted/settings", {
    method: "PUT",
    headers: json,
    body: JSON.stringify({ limits: { versionStorageMib: 2 } }),
  });
  await deployWithAssets(host, "counted", program, { ...first, "/more.txt": "more" });
  const second = { "/second.txt": "2".repeat(1_200_000) };
  await expect(deployWithAssets(host, "counted", program, second)).rejects.toThrow("PLINTH_VERSION_STORAGE_LIMIT");
  await deployWithAssets(host, "counted", program, { "/small.txt": "small" });
  await host.admin("/v1/tenants/counted/versions/1", { method: "DELETE" });
  await expect(deployWithAssets(host, "counted", program, second)).rejects.toThrow("PLINTH_VERSION_STORAGE_LIMIT");
  await host.admin("/v1/tenants/counted/versions/2", { method: "DELETE" });
  await deployWithAssets(host, "counted", program, second);
  expect(await body("counted", "/second.txt")).toBe(second["/second.txt"]);
});

describe("the host refuses", () => {
  beforeAll(async () => {
    await host.admin("/v1/tenants", { method: "POST", headers: json, body: JSON.stringify({ name: "bad" }) });
  });
  const list = async (files: unknown) => {
    const sent = { method: "POST", headers: json, body: JSON.stringify({ files }) };
    return codeOf(await host.admin("/v1/tenants/bad/assets", sent));
  };
  const hash = sha256("x");

  test.each([
    "x",
    "/../x",
    "/a/../../x",
    "/./x",
    "//x",
    "/a/",
    "/a\\b",
    "/a\u0000b",
    "/a\nb",
    "/\ud800",
    "/\ufffd",
    `/${"ä".repeat(600)}`,
  ])("the path %j", async (path) => {
    expect(await list([{ path, hash, bytes: 1 }])).toBe("PLINTH_ASSET_PATH");
  });

  test("a path that stands twice, no files, and hashes that are none", async () => {
    expect(await list([...listOf({ "/x": "x" }), ...listOf({ "/x": "y" })])).toBe("PLINTH_ASSET_PATH");
    expect(await list([])).toBe("PLINTH_BAD_REQUEST");
    expect(await list([{ path: "/x", hash: "../../etc/passwd", bytes: 1 }])).toBe("PLINTH_BAD_REQUEST");
  });

  test("too many files, a large one, and many that are large together", async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`/${i}`, `${i}`]));
    expect(await list(listOf(many))).toBe("PLINTH_ASSET_LIMIT");
    expect(await list([{ path: "/x", hash, bytes: 1_500_001 }])).toBe("PLINTH_ASSET_LIMIT");
    const two = ["/x", "/y"].map((path) => ({ path, hash, bytes: 1_400_000 }));
    expect(await list(two)).toBe("PLINTH_ASSET_LIMIT");
    expect(await codeOf(await send(host, "bad", ["x".repeat(1_500_001)]))).toBe("PLINTH_ASSET_LIMIT");
  });

  test("a body that ends within a file", async () => {
    const cut = framed(["0123456789"]).subarray(0, 9);
    const headers = { "content-type": "application/octet-stream" };
    const answer = await host.admin("/v1/tenants/bad/assets/files", { method: "POST", headers, body: cut });
    expect([answer.status, await codeOf(answer)]).toEqual([400, "PLINTH_BAD_REQUEST"]);
  });

  test("a file whose size is not the list's", async () => {
    await send(host, "bad", ["sized"]);
    const files = [{ path: "/x", hash: sha256("sized"), bytes: 1 }];
    const sent = { method: "POST", headers: json, body: JSON.stringify({ files }) };
    const answer = (await (await host.admin("/v1/tenants/bad/assets", sent)).json()) as { missing: string[] };
    expect(answer.missing).toEqual([sha256("sized")]);
  });

  test("assets without a list, a list without assets, and a list that nobody has named", async () => {
    const config = embedConfig(program, { assets: { directory: "x" } });
    expect(await codeOf(await upload("bad", "", config))).toBe("PLINTH_ASSETS_UPLOAD");
    const { list: name } = await stage(host, "bad", { "/x": "x" });
    expect(await codeOf(await upload("bad", `?assets=${name}`, program))).toBe("PLINTH_ASSETS_UPLOAD");
    expect(await codeOf(await upload("bad", `?assets=${hash}`, config))).toBe("PLINTH_ASSETS_MISSING");
  });

  test("more than the tenant's storage", async () => {
    await host.admin("/v1/tenants/bad/settings", {
      method: "PUT",
      headers: json,
      body: JSON.stringify({ limits: { versionStorageMib: 1 } }),
    });
    expect(await codeOf(await send(host, "bad", ["y".repeat(600_000), "z".repeat(600_000)]))).toBe(
      "PLINTH_VERSION_STORAGE_LIMIT",
    );
  });
});

test("a damaged file is noticed, and the next deploy sends it again", async () => {
  const files = { "/whole.txt": "whole", "/damaged.txt": "as it was deployed" };
  await deployWithAssets(host, "damaged", program, files);
  await writeFile(blobOf("as it was deployed"), "as it was defaced!");
  const answer = await host.fetch("damaged", "/damaged.txt");
  expect([answer.status, await codeOf(answer)]).toEqual([500, "PLINTH_BLOB_CORRUPT"]);
  expect(await body("damaged", "/whole.txt")).toBe("whole");
  expect(await deployWithAssets(host, "damaged", program, files)).toEqual([sha256("as it was deployed")]);
  expect(await body("damaged", "/damaged.txt")).toBe("as it was deployed");
  await rm(blobOf("whole"));
  expect(await deployWithAssets(host, "damaged", program, files)).toEqual([sha256("whole")]);
});

test("a backup has the files, and a host that starts with it serves them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-assets-"));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  await deployWithAssets(host, "kept", program, { "/kept.txt": "kept" });
  const to = join(folder, "backup");
  await makeBackup({ from: host.dataDir, to, logs: false, plinth: "0", onProgress: () => {} });
  const dataDir = join(folder, "data");
  await restoreBackup(to, dataDir);
  expect(existsSync(blobOf("kept", dataDir))).toBe(true);
  const restored = await startTestHost({ workers: 1, dataDir });
  undo.defer(() => restored.close());
  expect(await (await restored.fetch("kept", "/kept.txt")).text()).toBe("kept");
});
