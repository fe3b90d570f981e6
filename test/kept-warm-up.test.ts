/** Prepared warm-up programs are kept from start to start. A kept one that is damaged must not stop a host. */
import { hash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "./support/host.ts";
import { answering } from "./support/programs.ts";

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "plinth-kept-"));
});
afterAll(() => rm(dataDir, { recursive: true }));

async function keptFile(): Promise<string> {
  const names = (await readdir(join(dataDir, "glue"))).filter((name) => name.startsWith("warm-up-"));
  expect(names).toHaveLength(1);
  return join(dataDir, "glue", names[0]!);
}

test("a host serves, and prepares the program again, where the kept one does not run", async () => {
  {
    await using host = await startTestHost({ dataDir });
    await host.deploy("shop", answering("'first'"));
  }
  const file = await keptFile();
  const good = await readFile(file);
  for (const glue of ["throw new Error('of an earlier form')", "not JavaScript"]) {
    const contents = serialize({ ...deserialize(good.subarray(32)), glue });
    await writeFile(file, Buffer.concat([hash("sha256", contents, "buffer"), contents]));
    await using host = await startTestHost({ dataDir });
    expect(await (await host.fetch("shop")).text()).toBe("first");
    expect(await readFile(await keptFile())).toEqual(good);
  }
});
