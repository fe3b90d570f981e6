import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbeddedStore } from "../store/embedded.ts";
import { makeBackup } from "./make-backup.ts";

let root: string;
let from: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "plinth-make-backup-"));
  from = join(root, "data");
  await using _ = await openEmbeddedStore(from);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Backs up while the host replaces its keys, once the registry has been copied. @returns the backup's keys */
async function keysOf(before: string, after: string): Promise<string> {
  const [file, to] = [join(from, "secret-key"), join(root, "backup")];
  writeFileSync(file, before);
  const onProgress = (line: string) => {
    if (line.endsWith(" blobs")) writeFileSync(file, after);
  };
  await makeBackup({ from, to, logs: false, plinth: "1.0.0", onProgress });
  return readFileSync(join(to, "secret-key"), "utf8");
}

test("a key that is replaced during a backup is in it, for the registry's copy may need it", async () => {
  expect(await keysOf("old\n", "new\n")).toBe("new\nold\n");
});

test("a key that stays is in a backup once", async () => {
  expect(await keysOf("same\n", "same\n")).toBe("same\n");
  expect(await keysOf("new\nold\n", "new\n")).toBe("new\nold\n");
});
