import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MIB } from "../config/limits.ts";
import type { TenantName } from "../store/names.ts";
import { LogDatabase } from "./log-database.ts";
import { testLogs } from "./logs.fixture.ts";

const PAGE = 4096;

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
  const logs = new LogDatabase(file, { ageMs: 60_000, tenantBytes: 1_000, totalBytes: 1_000 });
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

test("lines that were written late stand where they belong, and no page loses or repeats one", () => {
  const logs = new LogDatabase(file, { ageMs: 60_000, tenantBytes: 10_000, totalBytes: 10_000 });
  const start = Date.now() - 1_000;
  const line = { level: "info", source: "console", version: 1, request: "req-1" } as const;
  const order = [3, 1, 2, 5, 4, 6];
  logs.write([
    { tenant: "shop", lines: order.map((at) => ({ ...line, time: start + at, message: `line ${at}` })) },
    { tenant: "shop", lines: ["a", "b"].map((name) => ({ ...line, time: start + 9, message: name })) },
  ]);
  const page = (query: { before?: number; after?: number; limit: number }) => {
    const { lines, ...places } = logs.read({ tenant: "shop", ...query });
    return { ...places, texts: lines.map(({ message }) => message.replace("line ", "")) };
  };
  expect(page({ limit: 10 }).texts).toEqual(["1", "2", "3", "4", "5", "6", "a", "b"]);
  const last = page({ limit: 4 });
  expect(last.texts).toEqual(["4", "6", "a", "b"]);
  expect(page({ limit: 4, before: last.before! }).texts).toEqual(["1", "2", "3", "5"]);
  const first = page({ limit: 3, after: 0 });
  expect(first.texts).toEqual(["1", "2", "3"]);
  expect(page({ limit: 9, after: first.after! }).texts).toEqual(["4", "5", "6", "a", "b"]);
  logs.close();
});

test("a damaged file is named in the host's log and left as it is, and lines are kept in memory", async () => {
  const noise = Buffer.alloc(8192, "not what it was ");
  await writeFile(file, noise);
  const logged: string[] = [];
  const logger = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
  await using logs = testLogs(folder, { logger });
  expect(logged).toEqual([expect.stringContaining(`The database ${file} cannot be used`)]);
  const shop = "shop" as TenantName;
  logs.note(shop, null, "info", "hello");
  expect((await logs.read({ tenant: shop, limit: 10 })).lines).toMatchObject([{ message: "hello" }]);
  expect(await readFile(file)).toEqual(noise);
});

test("a read that meets a damaged part fails with a code, and the host's log names the file", async () => {
  const shop = "shop" as TenantName;
  {
    await using logs = testLogs(folder);
    logs.note(shop, null, "info", "hello");
  }
  const bytes = await readFile(file);
  const pages = Array.from({ length: bytes.length / PAGE }, (_, page) =>
    bytes.subarray(page * PAGE, (page + 1) * PAGE),
  );
  pages.findLast((page) => page.includes("hello"))!.fill(0xff);
  await writeFile(file, bytes);
  const logged: string[] = [];
  const logger = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
  await using logs = testLogs(folder, { logger });
  const unavailable = expect.objectContaining({ code: "PLINTH_DATA_UNAVAILABLE" });
  await expect(logs.read({ tenant: shop, limit: 10 })).rejects.toThrow(unavailable);
  expect(logged.join()).toContain(`The database ${file} cannot be used`);
});

test("a page of long lines ends early, and its places lead to the other lines in both directions", () => {
  const logs = new LogDatabase(file, { ageMs: 60_000, tenantBytes: 10 * MIB, totalBytes: 10 * MIB });
  const line = { time: Date.now(), level: "info", source: "console", version: 1, request: "req-1" } as const;
  const messages = Array.from({ length: 9 }, (_, n) => String(n).repeat(300_000));
  logs.write([{ tenant: "shop", lines: messages.map((message) => ({ ...line, message })) }]);
  const read = (where: { before?: number; after?: number }) => {
    const { lines, ...places } = logs.read({ tenant: "shop", limit: 100, ...where });
    return { read: lines.map(({ message }) => message[0]).join(""), ...places };
  };
  expect(read({})).toEqual({ read: "5678", before: 6, after: 9 });
  expect(read({ before: 6 })).toEqual({ read: "1234", before: 2, after: 5 });
  expect(read({ before: 2 })).toEqual({ read: "0", before: null, after: 1 });
  expect(read({ after: 0 })).toEqual({ read: "0123", before: 1, after: 4 });
  expect(read({ after: 8 })).toEqual({ read: "8", before: 9, after: 9 });
  logs.write([{ tenant: "tall", lines: [{ ...line, message: "x".repeat(2 * MIB) }] }]);
  expect(logs.read({ tenant: "tall", limit: 2 }).lines).toHaveLength(1);
  logs.close();
});
