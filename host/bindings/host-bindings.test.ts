/** The grants of a version, made by all bindings of the registry together. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import type { RuntimeConfig } from "../manifest/schema.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import { parseTenantName, type TenantName } from "../store/names.ts";
import { noGrants } from "./binding.ts";
import { HostBindings } from "./host-bindings.ts";

const shop = parseTenantName("shop");
const bank = parseTenantName("bank");

let resources: AsyncDisposableStack;
let bindings: HostBindings;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "plinth-bindings-"));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const store = resources.use(await openEmbeddedStore(dataDir));
  for (const tenant of [shop, bank]) await store.createTenant(tenant);
  const config = await loadConfig({ flags: { dataDir }, environment: {} });
  bindings = resources.use(await HostBindings.open({ config, store, logger: pino({ level: "silent" }) }));
});
afterEach(() => resources.disposeAsync());

const grantsOf = (config: RuntimeConfig) => bindings.grantsOf(shop, config);

test("grants are none, and the same none, where nothing is configured", () => {
  expect(grantsOf({})).toBe(noGrants);
  expect(grantsOf({ vars: {}, kv: [], fetch: { allow: [] }, crons: ["* * * * *"] })).toBe(noGrants);
});

test("grants join vars, secrets, namespaces and hosts; a secret takes a var's place", async () => {
  const { secrets } = bindings.side("vars");
  await secrets.put(shop, "KEY", "secret");
  await secrets.put(shop, "A", "from the secret");
  const config: RuntimeConfig = {
    vars: { A: "from the var", B: { deep: [1] } },
    kv: [{ binding: "PAGES", namespace: "pages" }],
    fetch: { allow: ["x.org"] },
  };
  await bindings.provision(shop, config);
  expect(grantsOf(config)).toEqual({
    vars: { A: "from the secret", B: { deep: [1] }, KEY: "secret" },
    kv: { PAGES: { namespace: "shop/pages", write: true } },
    fetch: { allow: ["x.org"] },
  });
});

test("a namespace's name is kept from a secret, even where the namespace is not granted any more", async () => {
  const kv = bindings.side("kv").service;
  const { secrets } = bindings.side("vars");
  await secrets.put(shop, "RATES", "secret");
  await secrets.put(shop, "KEY", "k");
  await kv.createNamespace("bank/rates");
  const changed: TenantName[] = [];
  bindings.onChange((tenant) => changed.push(tenant));
  const config: RuntimeConfig = { kv: [{ binding: "RATES", namespace: "bank/rates" }] };
  await expect(bindings.provision(shop, config)).rejects.toMatchObject({ code: "PLINTH_KV_NOT_GRANTED" });
  await kv.grant("bank/rates", shop, { write: false });
  await bindings.provision(shop, config);
  expect(grantsOf(config)).toEqual({ vars: { KEY: "k" }, kv: { RATES: { namespace: "bank/rates", write: false } } });
  await kv.revoke("bank/rates", shop);
  expect(grantsOf(config)).toEqual({ vars: { KEY: "k" } });
  expect(changed).toEqual([shop, shop]);
});
