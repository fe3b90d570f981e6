import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { nearGates, startGate } from "./support/gate.ts";
import { startTestHost, type TestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

const json = { "content-type": "application/json" };

describe("versions", () => {
  it("go live, roll back and are deleted, at once for the next request", async () => {
    await using host = await startTestHost();
    for (const version of [1, 2, 3]) await host.deploy("shop", answering(`"version ${version}"`));
    const serving = async () => (await host.fetch("shop")).text();
    expect(await serving()).toBe("version 3");
    expect((await host.admin("/v1/tenants/shop/rollback", { method: "POST" })).status).toBe(200);
    expect(await serving()).toBe("version 2");
    expect((await host.admin("/v1/tenants/shop/versions/1/activate", { method: "POST" })).status).toBe(200);
    expect(await serving()).toBe("version 1");
    expect((await host.admin("/v1/tenants/shop/versions/1", { method: "DELETE" })).status).toBe(409);
    expect((await host.admin("/v1/tenants/shop/versions/3", { method: "DELETE" })).status).toBe(204);
    expect((await host.admin("/v1/tenants/shop", { method: "DELETE" })).status).toBe(204);
    expect((await host.fetch("shop")).status).toBe(404);
  });

  it("switches versions under load without losing or mixing an answer", async () => {
    await using host = await startTestHost();
    for (const version of [1, 2]) await host.deploy("shop", answering(`"version ${version}"`));
    let switching = true;
    const answers: string[] = [];
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (switching) answers.push(await (await host.fetch("shop")).text());
      }),
    );
    for (let i = 0; i < 30; i++) {
      const version = 1 + (i % 2);
      await host.admin(`/v1/tenants/shop/versions/${version}/activate`, { method: "POST" });
      expect(await (await host.fetch("shop")).text()).toBe(`version ${version}`);
    }
    switching = false;
    await load;
    expect(new Set(answers)).toEqual(new Set(["version 1", "version 2"]));
  });

  it("are there after a restart, with hostnames and the active version", async () => {
    await using first = await startTestHost();
    for (const version of [1, 2]) await first.deploy("shop", answering(`"version ${version}"`));
    await first.admin("/v1/tenants/shop/rollback", { method: "POST" });
    await first.admin("/v1/tenants/shop/hostnames", {
      method: "PUT",
      headers: json,
      body: '{"hostnames":["a.example"]}',
    });
    await first.close();
    await using second = await startTestHost({ dataDir: first.dataDir });
    expect(second.token).toBe(first.token);
    expect(await (await second.fetch("shop")).text()).toBe("version 1");
    const tenant = (await (await second.admin("/v1/tenants/shop")).json()) as { hostnames: string[] };
    expect(tenant.hostnames).toEqual(["a.example"]);
  });

  it("name the runtime that they were linked to, and serve as they are if an older registry does not know it", async () => {
    await using first = await startTestHost();
    await first.deploy("shop", answering("'fine'"));
    type Answer = Record<string, { id: number; integrity: string; runtimeIntegrity: string | null }[]>;
    const { runtimes } = (await (await first.admin("/v1/runtimes")).json()) as Answer;
    const versionsOf = async (host: TestHost) => {
      const { versions } = (await (await host.admin("/v1/tenants/shop/versions")).json()) as Answer;
      return versions!.map(({ id, runtimeIntegrity }) => ({ id, runtimeIntegrity }));
    };
    expect(await versionsOf(first)).toEqual([{ id: 1, runtimeIntegrity: runtimes![0]!.integrity }]);
    await first.close();
    {
      using registry = new DatabaseSync(join(first.dataDir, "registry.sqlite"));
      registry.exec(`
        UPDATE versions SET runtime_integrity = meta ->> 'build', meta = json_remove(meta, '$.build');
        DROP TABLE identity;
        DROP TABLE version_blobs;
        DROP TABLE assets;
        ALTER TABLE versions DROP COLUMN stored_bytes;
        DROP VIEW tenant_records; ALTER TABLE tenants DROP COLUMN group_label; CREATE VIEW tenant_records AS SELECT 1;
        PRAGMA user_version = 4;`);
    }
    await rm(join(first.dataDir, "folder.json"));
    await using second = await startTestHost({ dataDir: first.dataDir });
    expect(await versionsOf(second)).toEqual([{ id: 1, runtimeIntegrity: null }]);
    expect(await (await second.fetch("shop")).text()).toBe("fine");
  });
});

describe("shutdown", () => {
  it("finishes what is in flight and refuses what comes after", async () => {
    await using gate = await startGate();
    await using host = await startTestHost({ ...nearGates, shutdownGraceMs: 600_000 });
    await host.deploy("slow", gate.admit(answering(`(${gate.wait}, 'finished')`)));
    const inFlight = Promise.all(Array.from({ length: 10 }, () => host.fetch("slow")));
    await gate.arrived(10);
    const closed = host.close();
    await expect(host.fetch("slow")).rejects.toThrow();
    gate.open();
    for (const response of await inFlight) expect([response.status, await response.text()]).toEqual([200, "finished"]);
    await closed;
  });

  it("does not wait longer than its grace", async () => {
    await using gate = await startGate();
    await using host = await startTestHost({ ...nearGates, shutdownGraceMs: 200 });
    await host.deploy("endless", gate.admit(answering(`(${gate.wait}, 'never')`)));
    const lost = host.fetch("endless").catch(() => "lost");
    await gate.arrived(1);
    await host.close();
    expect(await lost).toBe("lost");
  });
});
