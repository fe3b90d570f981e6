/** A store in a folder of its own, with tenants' names and versions for it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { openEmbeddedStore } from "./embedded.ts";
import { parseTenantName } from "./names.ts";
import type { NewVersion, Store, TenantName, Version } from "./store.ts";

export const alice = parseTenantName("alice");
export const bob = parseTenantName("bob");
export const failsWith = (code: string) => expect.objectContaining({ code });

export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  /** Opens and sweeps the store; the one that was opened before is closed. */
  open(): Promise<Store>;
}

export async function testFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), "plinth-store-"));
  let store: Store | undefined;
  return {
    path,
    async open() {
      await store?.close();
      store = await openEmbeddedStore(path);
      await store.sweep();
      return store;
    },
    async [Symbol.asyncDispose]() {
      await store?.close();
      await rm(path, { recursive: true });
    },
  };
}

export async function newVersion(store: Store, text: string): Promise<NewVersion> {
  return {
    kind: "slim",
    runtime: "plinth:js@1.0.0",
    runtimeIntegrity: "sha256-abc",
    component: await store.putBlob(Buffer.from(`component ${text}`)),
    uploadBytes: 10 + text.length,
    artifacts: { delta: await store.putBlob(Buffer.from(`delta ${text}`)) },
    meta: { pages: 3, nested: { list: [1, null, "x"] } },
  };
}

export async function deploy(store: Store, tenant: TenantName, text: string, activate = true): Promise<Version> {
  return store.addVersion(tenant, await newVersion(store, text), { activate });
}
