import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MIB, tenantLimitDefaults } from "../config/limits.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import { parseTenantName } from "../store/names.ts";
import type { Store } from "../store/store.ts";
import { Staging } from "./staging.ts";

const alice = parseTenantName("alice");
let folder: string;
let store: Store;
let staging: Staging;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-staging-"));
  store = await openEmbeddedStore(folder);
  await store.createTenant(alice);
  const limits = { ...tenantLimitDefaults, versionStorageMib: 1 };
  staging = new Staging({ store, files: { damaged: new Set() }, limitsOf: () => limits });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const large = (fill: number) => new Uint8Array((MIB * 3) / 5).fill(fill);

test("two uploads at once do not take the same room", async () => {
  const [first, second] = await Promise.allSettled([staging.put(alice, [large(1)]), staging.put(alice, [large(2)])]);
  expect(first.status).toBe("fulfilled");
  expect(second).toMatchObject({ status: "rejected", reason: { code: "PLINTH_VERSION_STORAGE_LIMIT" } });
});

test("a file that is sent again counts once", async () => {
  await staging.put(alice, [large(1)]);
  await staging.put(alice, [large(1), large(1)]);
  await expect(staging.put(alice, [large(2)])).rejects.toMatchObject({ code: "PLINTH_VERSION_STORAGE_LIMIT" });
});
