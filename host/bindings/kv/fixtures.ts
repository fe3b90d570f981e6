/** Opens KV for tests, with the tenants alice and bob, in a folder that is removed with it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openEmbeddedStore } from "../../store/embedded.ts";
import { parseTenantName } from "../../store/names.ts";
import type { Store } from "../../store/store.ts";
import { type NewValueOptions, newValue } from "./new-value.ts";
import { KvService } from "./service.ts";

export const alice = parseTenantName("alice");
export const bob = parseTenantName("bob");
export const PAGES = "alice/PAGES";

export interface TestKv extends AsyncDisposable {
  readonly folder: string;
  readonly store: Store;
  readonly kv: KvService;
  /** Puts text into alice's namespace PAGES, as alice. @returns its revision */
  put(key: string, value: string, options?: NewValueOptions & { ifRevision?: number }): Promise<number>;
  /** Reads it back. */
  get(key: string): string | null;
}

/** A failure in the background fails the test. */
export function onFault(error: unknown): never {
  throw error;
}

export function openKv(folder: string, store: Store, storageLimit = 2 ** 30): Promise<KvService> {
  return KvService.open({ folder, store, storageLimitOf: () => storageLimit, onFault });
}

export async function openTestKv(storageLimit = 2 ** 30): Promise<TestKv> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "plinth-kv-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const store = undo.use(await openEmbeddedStore(folder));
  for (const tenant of [alice, bob]) await store.createTenant(tenant);
  const kv = undo.use(await openKv(folder, store, storageLimit));
  await kv.createNamespace(PAGES);
  const resources = undo.move();
  return {
    folder,
    store,
    kv,
    put: (key, value, { ifRevision = null, ...options }: NewValueOptions & { ifRevision?: number | null } = {}) =>
      kv.put(alice, PAGES, [newValue(key, Buffer.from(value), options)], ifRevision),
    get: (key) => {
      const found = kv.reader.get(PAGES, key);
      return found && Buffer.from(found.value).toString();
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
