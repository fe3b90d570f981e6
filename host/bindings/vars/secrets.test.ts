import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "../../store/embedded.ts";
import { parseTenantName } from "../../store/names.ts";
import type { Store } from "../../store/store.ts";
import { newSecretKey } from "./key-file.ts";
import { seal, unseal } from "./seal.ts";
import { Secrets } from "./secrets.ts";

const limits = { secretLimitBytes: 64, secretCountLimit: 3 };
const alice = parseTenantName("alice");
const bob = parseTenantName("bob");
const failsWith = (code: string) => expect.objectContaining({ code });

let folder: string;
let store: Store;
let log: string[];

const keyFile = () => join(folder, "secret-key");
const open = (secretKeyFile = "secret-key") =>
  Secrets.open({
    store,
    dataDir: folder,
    secretKeyFile,
    limits,
    logger: pino({}, { write: (line: string) => void log.push(line) }),
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-secrets-"));
  store = await openEmbeddedStore(folder);
  log = [];
  await store.createTenant(alice);
  await store.createTenant(bob);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test("a secret is put, listed without its value, read, replaced and deleted", async () => {
  const secrets = await open();
  const put = await secrets.put(alice, "API_KEY", "ünlocked");
  expect(put).toEqual({ name: "API_KEY", updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  await secrets.put(bob, "API_KEY", "bob's");
  expect(secrets.list(alice)).toEqual([put]);
  expect(secrets.valuesOf(alice)).toEqual({ API_KEY: "ünlocked" });
  await expect(secrets.put(alice, "API_KEY", "")).rejects.toThrow(failsWith("PLINTH_SECRET_EMPTY"));
  await secrets.put(alice, "API_KEY", "replaced");
  expect((await open()).valuesOf(alice)).toEqual({ API_KEY: "replaced" });
  await secrets.delete(alice, "API_KEY");
  expect(secrets.list(alice)).toEqual([]);
  expect(secrets.valuesOf(bob)).toEqual({ API_KEY: "bob's" });
  await expect(secrets.delete(alice, "API_KEY")).rejects.toThrow(failsWith("PLINTH_SECRET_NOT_FOUND"));
});

test("a change is announced, so that the next request meets it", async () => {
  const heard: string[] = [];
  store.onChange(({ tenant, kind }) => heard.push(`${tenant} ${kind}`));
  const secrets = await open();
  await secrets.put(alice, "A", "1");
  await secrets.delete(alice, "A");
  expect(heard).toEqual(["alice secrets-changed", "alice secrets-changed"]);
});

test.each(["", "A-B", "1A", "A B", "ä", "__proto__", "A".repeat(129)])("%j is no name", async (name) => {
  await expect((await open()).put(alice, name, "x")).rejects.toThrow(failsWith("PLINTH_SECRET_NAME"));
});

test("the limits of a value and of a tenant", async () => {
  const secrets = await open();
  await secrets.put(alice, "A", "ä".repeat(32));
  await expect(secrets.put(alice, "A", `${"ä".repeat(32)}x`)).rejects.toThrow(failsWith("PLINTH_SECRET_LIMIT"));
  await secrets.put(alice, "B", "2");
  await secrets.put(alice, "C", "3");
  await expect(secrets.put(alice, "D", "4")).rejects.toThrow(failsWith("PLINTH_SECRET_LIMIT"));
  await secrets.put(alice, "C", "another");
  await secrets.put(bob, "D", "4");
});

describe("at rest", () => {
  test("nothing of the value lies in the data folder or in the log", async () => {
    const value = `plain ${randomBytes(20).toString("hex")}`;
    const secrets = await open();
    await secrets.put(alice, "A", value);
    await expect(secrets.put(alice, "A", value.repeat(9))).rejects.toThrow(/^(?!.*plain)/);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect((await readFile(join(folder, entry.name))).includes(value), entry.name).toBe(false);
    }
    expect(log.join("")).not.toContain(value);
  });

  test("the key's file is its owner's alone", async () => {
    await open();
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  });

  test("a seal is good for its tenant and name only, whole and with its key only", () => {
    const key = newSecretKey();
    const owner = { tenant: alice, name: "A" };
    const sealed = seal(key, owner, "value");
    expect(unseal(key, owner, sealed)).toBe("value");
    expect(seal(key, owner, "value")).not.toEqual(sealed);
    expect(() => unseal(key, { ...owner, tenant: bob }, sealed)).toThrow();
    expect(() => unseal(key, { ...owner, name: "B" }, sealed)).toThrow();
    expect(() => unseal(newSecretKey(), owner, sealed)).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const damaged = sealed.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => unseal(key, owner, damaged)).toThrow();
    }
    expect(() => unseal(key, owner, sealed.subarray(0, 20))).toThrow();
  });
});

describe("the key file", () => {
  test("may be the operator's own, in another place, with older keys below", async () => {
    const old = newSecretKey();
    const path = join(folder, "mounted");
    await writeFile(path, `${old.bytes.toString("base64")}\n`);
    await (await open(path)).put(alice, "A", "old");
    await writeFile(path, `${newSecretKey().bytes.toString("base64")}\n\n  ${old.bytes.toString("base64")}`);
    const secrets = await open(path);
    expect(secrets.valuesOf(alice)).toEqual({ A: "old" });
    await secrets.put(alice, "B", "new");
    expect(new Set(store.listSecrets(alice).map(({ keyId }) => keyId)).size).toBe(2);
    expect(await readdir(folder)).not.toContain("secret-key");
  });

  test("is not made anew where it is missing and there are secrets", async () => {
    await (await open()).put(alice, "A", "1");
    await rm(keyFile());
    await expect(open()).rejects.toThrow(failsWith("PLINTH_SECRET_KEY"));
    expect(await readdir(folder)).not.toContain("secret-key");
  });

  test.each(["", "short", `${randomBytes(31).toString("base64")}`, `${randomBytes(32).toString("base64")}\n?`])(
    "with %j is refused, and the text is not told",
    async (text) => {
      await writeFile(keyFile(), text);
      const error = await open().catch((thrown: Error) => thrown);
      expect(error).toEqual(failsWith("PLINTH_SECRET_KEY"));
      if (text !== "") expect((error as Error).message).not.toContain(text.slice(0, 20));
    },
  );

  test("replaced: what was sealed before cannot be read, the log says which, and setting it again helps", async () => {
    await (await open()).put(alice, "A", "1");
    await writeFile(keyFile(), newSecretKey().bytes.toString("base64"));
    const secrets = await open();
    expect(() => secrets.valuesOf(alice)).toThrow(failsWith("PLINTH_SECRET_UNREADABLE"));
    expect(secrets.valuesOf(bob)).toEqual({});
    expect(JSON.parse(log[0]!)).toMatchObject({ level: 50, tenant: "alice", secret: "A" });
    await secrets.put(alice, "A", "2");
    expect(secrets.valuesOf(alice)).toEqual({ A: "2" });
  });
});

describe("rotation", () => {
  const keyOf = (text: string) =>
    createHash("sha256").update(Buffer.from(text.trim(), "base64")).digest("hex").slice(0, 16);

  test("seals everything with a new key, and the old one is gone", async () => {
    const secrets = await open();
    await secrets.put(alice, "A", "1");
    await secrets.put(bob, "B", "2");
    const before = await readFile(keyFile(), "utf8");
    const times = store.listSecrets().map(({ updatedAt }) => updatedAt);
    const [first, second] = await Promise.all([secrets.rotate(), secrets.rotate()]);
    expect(first).toMatchObject({ resealed: 2, unreadable: 0 });
    const after = await readFile(keyFile(), "utf8");
    expect([after.trim().split("\n").length, keyOf(after)]).toEqual([1, second.key]);
    expect(after).not.toContain(before.trim());
    expect(store.listSecrets().map(({ keyId }) => keyId)).toEqual([second.key, second.key]);
    expect(store.listSecrets().map(({ updatedAt }) => updatedAt)).toEqual(times);
    expect((await open()).valuesOf(alice)).toEqual({ A: "1" });
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  });

  test("counts what cannot be read, and leaves it", async () => {
    await (await open()).put(alice, "A", "1");
    await writeFile(keyFile(), newSecretKey().bytes.toString("base64"));
    const secrets = await open();
    await secrets.put(bob, "B", "2");
    expect(await secrets.rotate()).toMatchObject({ resealed: 1, unreadable: 1 });
    expect(secrets.valuesOf(bob)).toEqual({ B: "2" });
  });

  test("that cannot write the file changes nothing", async () => {
    await mkdir(join(folder, "mount"));
    await writeFile(join(folder, "mount", "key"), newSecretKey().bytes.toString("base64"));
    const secrets = await open("mount/key");
    await secrets.put(alice, "A", "1");
    await rm(join(folder, "mount"), { recursive: true });
    const before = store.listSecrets();
    await expect(secrets.rotate()).rejects.toThrow(failsWith("PLINTH_SECRET_KEY"));
    expect(store.listSecrets()).toEqual(before);
    expect(secrets.valuesOf(alice)).toEqual({ A: "1" });
  });
});
