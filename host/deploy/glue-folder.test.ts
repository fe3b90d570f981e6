import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GlueFolder } from "./glue-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-glue-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("glue that was put is found, by another process too, and nothing else is in the folder", async () => {
  const first = new GlueFolder(folder);
  await first.put("abc", "one");
  expect(await first.get("abc")).toBe("one");
  expect(await new GlueFolder(folder).get("abc")).toBe("one");
  expect(await readdir(folder)).toEqual(["abc.cjs"]);
});

test("glue that is not there is none, until it is put", async () => {
  const glue = new GlueFolder(folder);
  expect(await glue.get("abc")).toBeUndefined();
  await writeFile(join(folder, "abc.cjs"), "one");
  expect(await glue.get("abc")).toBe("one");
});
