/**
 * The process that durability.test.ts kills: deploys without end to the store in the folder of its first argument, and
 * writes a line with tenant and version for each deploy that the store has acknowledged.
 */

import { randomBytes, randomInt } from "node:crypto";
import { writeLine } from "../../test/support/write-line.ts";
import { openEmbeddedStore } from "./embedded.ts";
import { parseTenantName } from "./names.ts";

const store = await openEmbeddedStore(process.argv[2]!);
const tenants = ["alice", "bob", "carol"].map(parseTenantName);
for (const tenant of tenants) if (!store.findTenant(tenant)) await store.createTenant(tenant);
writeLine("ready");

await Promise.all(
  tenants.map(async (tenant) => {
    for (;;) {
      const [component, delta, glue] = await Promise.all([
        store.putBlob(randomBytes(randomInt(50_000))),
        store.putBlob(randomBytes(randomInt(5_000))),
        store.putBlob(Buffer.from("the glue that all versions share")),
      ]);
      const version = await store.addVersion(
        tenant,
        {
          kind: "slim",
          runtime: "plinth:js@1.0.0",
          runtimeIntegrity: null,
          component: component!,
          uploadBytes: 1,
          artifacts: { delta: delta!, glue: glue! },
          meta: {},
        },
        { activate: true },
      );
      writeLine(`${tenant} ${version.id}`);
      // The oldest goes first, so that a kill between two of them leaves no gap.
      for (const old of store.listVersions(tenant).items.slice(20).toReversed())
        await store.deleteVersion(tenant, old.id);
    }
  }),
);
