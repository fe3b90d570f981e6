import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plinthError } from "../errors.ts";
import { Reserve } from "./reserve.ts";

let folder: string;
let reserve: Reserve;
let database: DatabaseSync;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-reserve-"));
  reserve = new Reserve(folder);
  database = new DatabaseSync(join(folder, "notes.sqlite"));
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

const size = async () => (await stat(join(folder, "reserve"))).size;
const WHOLE = 4 * 1024 * 1024;

test("its room is lent to work that finds the disk full, and taken back", async () => {
  reserve.fill();
  expect(await size()).toBe(WHOLE);
  const sizes: Promise<number>[] = [];
  const result = reserve.lend(database, () => {
    sizes.push(size());
    if (sizes.length === 1) throw plinthError("PLINTH_DISK_FULL");
    return "done";
  });
  expect(result).toBe("done");
  expect(sizes).toHaveLength(2);
  expect(await size()).toBe(WHOLE);
});

test("work that fails otherwise, or twice, fails", async () => {
  let times = 0;
  const failing = (error: Error) => () => {
    times++;
    throw error;
  };
  expect(() => reserve.lend(database, failing(new Error("no")))).toThrow("no");
  expect(times).toBe(1);
  expect(() => reserve.lend(database, failing(plinthError("PLINTH_DISK_FULL")))).toThrow("full");
  expect(times).toBe(3);
  expect(await size()).toBe(WHOLE);
});
