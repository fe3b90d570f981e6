/** Stored files of versions that are damaged or gone: no visitor is served by them, and a new deploy replaces them. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { buildStatic } from "../guest-examples/static/build.ts";
import { command, errorOf, PLAIN } from "./support/commands.ts";
import { startTestHost } from "./support/host.ts";
import { logOf } from "./support/logs.ts";
import { answering } from "./support/programs.ts";

/** A static program for the bare engine, which has neither URL nor TextEncoder. */
const STATIC = `export const handler = { handle() {
  return { status: 200, headers: [], body: Uint8Array.from("static", (character) => character.charCodeAt(0)) };
} };`;

const programs = {
  "slim-delta": answering("'slim-delta'"),
  wasi: await command("(call $text)", `${PLAIN}wasi`),
  static: await buildStatic("qjs", STATIC),
};
type Name = keyof typeof programs;
/** The artifact that is damaged, for each kind of program. */
const artifacts: Record<Name, string> = { "slim-delta": "delta", wasi: "module", static: "core:" };

/** The file of a blob that the one version of a tenant has. */
function fileOf(dataDir: string, name: Name): string {
  using registry = new DatabaseSync(join(dataDir, "registry.sqlite"), { readOnly: true });
  const row = registry.prepare("SELECT artifacts FROM versions WHERE tenant = ? AND id = 1").get(name);
  const found = Object.entries(JSON.parse(String(row!.artifacts)) as Record<string, string>).find(([artifact]) =>
    artifact.startsWith(artifacts[name]),
  );
  return join(dataDir, "blobs", found![1].slice(0, 2), found![1]);
}

async function flipBit(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
}

test.each([
  ["damaged", flipBit],
  ["missing", (file: string) => rm(file)],
])(
  "a blob that is %s is never served: its tenant answers with the error until it is deployed again",
  async (_, harm) => {
    await using first = await startTestHost({ workers: 2 });
    const names = Object.keys(programs) as Name[];
    for (const name of names) await first.deploy(name, programs[name]);
    await first.deploy("neighbour", answering("'neighbour'"));
    await first.close();
    const { dataDir } = first;
    const files = names.map((name) => fileOf(dataDir, name));
    for (const file of files) await harm(file);

    const log = new PassThrough();
    const logged = text(log);
    {
      await using host = await startTestHost({ workers: 2, dataDir, log, logLevel: "error" });
      for (const name of names) {
        for (let n = 0; n < 3; n++) expect(await errorOf(await host.fetch(name))).toBe("500 PLINTH_BLOB_CORRUPT");
        expect(await logOf(host, name)).toMatch(/error: The stored file of blob [0-9a-f]{64} is missing or damaged/);
      }
      expect(await (await host.fetch("neighbour")).text()).toBe("neighbour");
      for (const name of names) {
        await host.deploy(name, programs[name]);
        for (let n = 0; n < 3; n++) expect(await (await host.fetch(name)).text()).toBe(name);
      }
    }
    log.end();
    const lines = (await logged).split("\n").filter((line) => line.includes("a stored file is missing or damaged"));
    for (const [index, name] of names.entries()) {
      const hash = files[index]!.slice(-64);
      expect(lines.filter((line) => line.includes(`"tenant":"${name}"`) && line.includes(hash))).not.toEqual([]);
    }
  },
);
