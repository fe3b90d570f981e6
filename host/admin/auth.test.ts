import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store } from "../store/store.ts";
import { authenticate, ensureOperatorToken } from "./auth.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-auth-"));
  store = await openEmbeddedStore(folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const tokenOf = async (path: string) => (await readFile(path, "utf8")).trim();

test("the first start writes a token that only the owner can read, later starts keep it", async () => {
  const path = await ensureOperatorToken(store, folder);
  expect(path).toBe(join(folder, "admin-token"));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const token = await tokenOf(path);
  expect(authenticate(store, `Bearer ${token}`)).toMatchObject({ scope: "operator" });

  await store.close();
  store = await openEmbeddedStore(folder);
  await ensureOperatorToken(store, folder);
  expect(await tokenOf(path)).toBe(token);
  expect(authenticate(store, `bearer ${token}`)).toBeDefined();
});

test("neither the registry nor a blob holds the token", async () => {
  const token = await tokenOf(await ensureOperatorToken(store, folder));
  expect(JSON.stringify(store.listTokens().items)).not.toContain(token);
  expect((await readFile(join(folder, "registry.sqlite-wal"))).includes(token)).toBe(false);
});

test("a start without the file makes a new token and voids the old one, and no other", async () => {
  const path = await ensureOperatorToken(store, folder);
  const old = await tokenOf(path);
  await store.addToken({
    id: "ci",
    hash: await store.putBlob(Buffer.from("ci-token")),
    label: "ci",
    scope: "operator",
  });
  await rm(path);
  await ensureOperatorToken(store, folder);
  expect(authenticate(store, `Bearer ${old}`)).toBeUndefined();
  expect(authenticate(store, `Bearer ${await tokenOf(path)}`)).toBeDefined();
  expect(authenticate(store, "Bearer ci-token")).toMatchObject({ id: "ci" });
});

test("a file that a crash has left without its token in the registry is written anew", async () => {
  await writeFile(join(folder, "admin-token"), "plinth_left-behind\n");
  const token = await tokenOf(await ensureOperatorToken(store, folder));
  expect(token).not.toContain("left-behind");
  expect(authenticate(store, `Bearer ${token}`)).toBeDefined();
});

test.each([undefined, "", "Bearer", "Bearer ", "Basic abc", "Bearer wrong", "Bearer a b", "Bearer \u0000"])(
  "%j is no valid token",
  async (header) => {
    await ensureOperatorToken(store, folder);
    expect(authenticate(store, header)).toBeUndefined();
  },
);
