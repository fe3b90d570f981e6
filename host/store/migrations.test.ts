import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { migrate } from "../sqlite/migrate.ts";
import { steps } from "./migrations.ts";

test("a registry of the first format keeps its versions and activations, and takes WASI commands afterwards", () => {
  using database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: true });
  database.exec(`${steps[0]} PRAGMA user_version = 1;`);
  const add = (id: number, kind: string) =>
    database.exec(`
      INSERT INTO versions (tenant, id, created_at, kind, component, upload_bytes,
      artifacts, meta)
      VALUES ('shop', ${id}, 'then', '${kind}', 'hash', 1, '{}', '{}')`);
  database.exec("INSERT INTO tenants VALUES ('shop', 'then', NULL, '{}', 'request')");
  add(1, "slim");
  add(2, "static");
  database.exec("INSERT INTO activations (tenant, version) VALUES ('shop', 1), ('shop', 2)");
  database.exec("UPDATE tenants SET active_version = 2");
  expect(() => add(3, "wasi")).toThrow(/CHECK/);

  migrate(database, "registry.sqlite", steps);
  add(3, "wasi");
  expect(() => add(4, "cobol")).toThrow(/CHECK/);
  const kinds = database.prepare("SELECT id, kind FROM versions ORDER BY id").all();
  expect(kinds.map(({ id, kind }) => `${id} ${kind}`)).toEqual(["1 slim", "2 static", "3 wasi"]);
  expect(database.prepare("SELECT count(*) AS n FROM activations").get()).toMatchObject({ n: 2 });
  expect(database.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
});

test("the identity of a runtime's build becomes a note of the deploy's, and no integrity", () => {
  using database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: true });
  database.exec(`${steps.slice(0, 4).join("")} PRAGMA user_version = 4;`);
  database.exec(`
    INSERT INTO tenants VALUES ('shop', 'then', NULL, '{}', 'request');
    INSERT INTO versions (tenant, id, created_at, kind, runtime, runtime_integrity, component, upload_bytes,
      artifacts, meta)
    VALUES ('shop', 1, 'then', 'slim', 'plinth:js@1.0.0', 'sha256-build', 'hash', 1, '{}', '{"pages":3,"globals":["5n"]}'),
      ('shop', 2, 'then', 'static', NULL, NULL, 'hash', 1, '{}', '{}')`);
  migrate(database, "registry.sqlite", steps);
  const rows = database.prepare("SELECT runtime_integrity AS integrity, meta FROM versions ORDER BY id").all();
  expect(rows.map(({ integrity, meta }) => ({ integrity, meta: JSON.parse(String(meta)) }))).toEqual([
    { integrity: null, meta: { pages: 3, globals: ["5n"], build: "sha256-build" } },
    { integrity: null, meta: {} },
  ]);
});
