import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "./open.ts";
import { transaction } from "./transaction.ts";

const first = "CREATE TABLE notes (text TEXT NOT NULL) STRICT;";
const second = "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 1;";
const synchronous = "NORMAL";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-sqlite-"));
  file = join(folder, "notes.sqlite");
});
afterEach(() => rm(folder, { recursive: true }));

const pragma = (database: DatabaseSync, name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0];
const notes = (database: DatabaseSync) => database.prepare("SELECT * FROM notes").all();

test("a new file gets all steps, and the pragmas", () => {
  using database = openDatabase(file, { steps: [first, second], synchronous: "FULL", timeoutMs: 70 });
  database.exec("INSERT INTO notes (text) VALUES ('a')");
  expect(notes(database)).toMatchObject([{ text: "a", stars: 1 }]);
  const names = ["user_version", "journal_mode", "synchronous", "busy_timeout", "foreign_keys"];
  expect(names.map((name) => pragma(database, name))).toEqual([2, "wal", 2, 70, 1]);
});

test("a file of an older format gets the steps that it lacks, and keeps what it has", () => {
  {
    using database = openDatabase(file, { steps: [first], synchronous });
    database.exec("INSERT INTO notes (text) VALUES ('a')");
  }
  using database = openDatabase(file, { steps: [first, second], synchronous });
  expect(notes(database)).toMatchObject([{ text: "a", stars: 1 }]);
  expect([pragma(database, "user_version"), pragma(database, "synchronous")]).toEqual([2, 1]);
});

test("a step that fails leaves the file at the format before, with nothing of the step", () => {
  expect(() => openDatabase(file, { steps: [first, `${second} nonsense;`], synchronous })).toThrow(
    expect.objectContaining({ code: "PLINTH_DATABASE", message: expect.stringContaining(file) }),
  );
  using database = new DatabaseSync(file);
  database.exec("INSERT INTO notes (text) VALUES ('a')");
  expect([pragma(database, "user_version"), notes(database)]).toEqual([1, [{ __proto__: null, text: "a" }]]);
});

test("a file of a newer format is refused, and left as it is", () => {
  openDatabase(file, { steps: [first, second], synchronous }).close();
  expect(() => openDatabase(file, { steps: [first], synchronous })).toThrow(
    expect.objectContaining({ code: "PLINTH_DATA_VERSION", details: { file } }),
  );
  using database = new DatabaseSync(file);
  expect(pragma(database, "user_version")).toBe(2);
});

test("the error of a damaged file names the file, and the file is left as it is", async () => {
  const noise = Buffer.alloc(8192, "not what it was ");
  await writeFile(file, noise);
  expect(() => openDatabase(file, { steps: [first], synchronous })).toThrow(
    expect.objectContaining({ code: "PLINTH_DATABASE", message: expect.stringContaining(file), details: { file } }),
  );
  expect(await readFile(file)).toEqual(noise);
});

test("the error of a file that cannot be made names the file", () => {
  const nowhere = join(folder, "missing", "notes.sqlite");
  expect(() => openDatabase(nowhere, { steps: [first], synchronous })).toThrow(
    expect.objectContaining({ code: "PLINTH_DATABASE", message: expect.stringContaining(nowhere) }),
  );
});

test("a transaction is committed when its work returns, and undone when it throws", () => {
  using database = openDatabase(file, { steps: [first], synchronous });
  const add = (text: string) => database.prepare("INSERT INTO notes VALUES (?)").run(text);
  expect(transaction(database, () => add("a").changes)).toBe(1);
  const failure = new Error("no");
  const work = () => {
    add("b");
    throw failure;
  };
  expect(() => transaction(database, work)).toThrow(failure);
  expect(database.isTransaction).toBe(false);
  using other = new DatabaseSync(file);
  expect(notes(other)).toMatchObject([{ text: "a" }]);
});
