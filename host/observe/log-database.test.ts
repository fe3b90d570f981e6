import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogDatabase } from "./log-database.ts";
import { testLogs } from "./logs.fixture.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-logs-"));
  file = join(folder, "logs.sqlite");
});
afterEach(() => rm(folder, { recursive: true }));

test("a file of before there was a format keeps its lines, and has the first format", () => {
  const time = Date.now();
  {
    using database = new DatabaseSync(file);
    database.exec(`
      CREATE TABLE lines (
        id       INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant   TEXT NOT NULL,
        bytes    INTEGER NOT NULL,
        time     INTEGER NOT NULL,
        level    INTEGER NOT NULL,
        source   TEXT NOT NULL,
        version  INTEGER,
        request  TEXT,
        message  TEXT NOT NULL
      ) STRICT;
      CREATE INDEX lines_by_tenant ON lines (tenant, id, bytes);
      INSERT INTO lines VALUES (41, 'shop', 105, ${time}, 1, 'console', 2, 'req-1', 'hello');`);
  }
  const logs = new LogDatabase(folder, { ageMs: 60_000, tenantBytes: 1_000, totalBytes: 1_000 });
  const line = { time, level: "info", source: "console", version: 2, request: "req-1" } as const;
  logs.write([{ tenant: "shop", lines: [{ ...line, message: "again" }] }]);
  expect(logs.read({ tenant: "shop", limit: 10 })).toEqual({
    lines: [
      { ...line, message: "hello" },
      { ...line, message: "again" },
    ],
    before: null,
    after: 42,
  });
  logs.close();
  using database = new DatabaseSync(file);
  expect(database.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 1 });
});

test("a damaged file is told when the logs are opened, by its name", async () => {
  await writeFile(file, Buffer.alloc(8192, "not what it was "));
  expect(() => testLogs(folder)).toThrow(
    expect.objectContaining({ code: "PLINTH_DATABASE", message: expect.stringContaining(file) }),
  );
});
