import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CronTable } from "./cron-table.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-crons-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file of before there was a format keeps its records, and has the first format", () => {
  const file = join(folder, "crons.sqlite");
  {
    using database = new DatabaseSync(file);
    database.exec(`
      CREATE TABLE crons (
        tenant        TEXT NOT NULL,
        cron          TEXT NOT NULL,
        accounted_to  INTEGER NOT NULL,
        last_run      INTEGER,
        last_outcome  TEXT,
        last_ms       INTEGER,
        missed        INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (tenant, cron)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO crons VALUES ('shop', '* * * * *', 120000, 60000, 'ok', 7, 3);`);
  }
  {
    using table = new CronTable(folder);
    table.account("blog", "0 0 * * *", 5, 0);
    const shop = { tenant: "shop", cron: "* * * * *", accountedTo: 120_000 };
    expect(table.all()).toEqual([
      { tenant: "blog", cron: "0 0 * * *", accountedTo: 5, lastRun: null, lastOutcome: null, lastMs: null, missed: 0 },
      { ...shop, lastRun: 60_000, lastOutcome: "ok", lastMs: 7, missed: 3 },
    ]);
  }
  using database = new DatabaseSync(file);
  expect(database.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 1 });
});

test("where the file is damaged, at its head or behind it, the crons run without it, and it is left as it is", async () => {
  const file = join(folder, "crons.sqlite");
  {
    using table = new CronTable(folder);
    table.together(() => {
      for (let n = 0; n < 1_000; n++) table.account(`tenant-${n}`, "* * * * *", n, 0);
    });
  }
  const whole = await readFile(file);
  for (const at of [0, 3 * 4096]) {
    const damaged = Buffer.from(whole).fill(0xff, at, at + 4096);
    await writeFile(file, damaged);
    const faults: string[] = [];
    using table = CronTable.open(folder, (error) => faults.push(String(error)));
    expect(faults).toEqual([expect.stringContaining(file)]);
    table.account("shop", "* * * * *", 1, 0);
    expect(table.all()).toHaveLength(1);
    expect(await readFile(file)).toEqual(damaged);
  }
});
