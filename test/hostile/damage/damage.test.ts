/**
 * Random damage among all files of a data folder. A start on what is left serves the tenants that do not need the damaged
 * files, or is refused with a code. Nothing else is lost: with the damaged files back, all tenants are served as before.
 * `npm run fuzz -- damage --inputs 500` damages 500 folders at random. PLINTH_FUZZ_SEED is the seed of the first one.
 */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PlinthError } from "../../../host/errors.ts";
import { startTestHost, type TestHost } from "../../support/host.ts";
import { damagesOf, inflict } from "./damages.ts";
import { blobsOf, deployAll, tenants } from "./tenants.ts";

const { PLINTH_FUZZ_INPUTS: inputs, PLINTH_FUZZ_SEED: given } = process.env;
const FOLDERS = Number(inputs ?? 3);
/** The short run has the same damages each time, so that it finds what a change breaks, and not what luck brings. */
const SEED = Number(given ?? (inputs === undefined ? 200 : Math.floor(Math.random() * 2 ** 31)));
/** What a start takes on a machine with much else to do, with room: beyond it, it hangs, ms. */
const STUCK_MS = 120_000;

/** The wall limit is beyond what a busy machine makes a request wait for. */
const settings = { workers: 1, wallMs: 300_000 };

let base: string;
/** A folder as a host leaves it, and one as a crash leaves it, with the logs of its databases beside them. */
let pristine: readonly string[];
let blobs: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "plinth-damage-"));
  const [clean, crashed] = [join(base, "clean"), join(base, "crashed")];
  {
    await using host = await startTestHost({ ...settings, dataDir: clean });
    await deployAll(host);
    await expectAnswers(host, () => false);
    await cp(clean, crashed, { recursive: true });
  }
  pristine = [clean, crashed];
  blobs = blobsOf(clean);
});
afterAll(() => rm(base, { recursive: true, force: true }));

const seeds = Array.from({ length: FOLDERS }, (_, n) => (SEED + n) % 2 ** 31);

it.each(seeds)("a folder that is damaged by seed %i loses nothing else", async (seed) => {
  const from = pristine[seed % 2]!;
  const dataDir = join(base, `${seed}`);
  await cp(from, dataDir, { recursive: true });
  const damages = damagesOf(await filesIn(from), seed);
  const harmed = new Set(damages.map(({ file }) => file));
  const told = damages.map(({ file, kind }) => `${kind} ${file}`).join(", ");
  for (const damage of damages) await inflict(damage, dataDir);
  const before = await kept(dataDir);

  const refusal = await withHost(dataDir, async (host) => {
    await expectAnswers(host, (name) => needs(name).some((file) => harmed.has(file)), told);
  });
  if (refusal !== null) expect(refusal, told).toBeInstanceOf(PlinthError);
  // Files that no host writes anew are all there, byte for byte.
  expect([told, await kept(dataDir)]).toEqual([told, before]);

  await putBack(harmed, from, dataDir);
  const second = await withHost(dataDir, (host) => expectAnswers(host, () => false, told));
  expect([told, second]).toEqual([told, null]);
  await rm(dataDir, { recursive: true });
});

/** Files of which one that is damaged excuses a tenant from its answer. */
function needs(name: string): readonly string[] {
  const registry = ["registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"];
  return [...registry, ...blobs[name]!, ...tenants[name]!.needs];
}

/** @returns the error with which the start is refused; null if there is none */
async function withHost(dataDir: string, work: (host: TestHost) => Promise<void>): Promise<unknown> {
  const stuck = Promise.withResolvers<never>();
  const timer = setTimeout(() => stuck.reject(new Error("the start hangs")), STUCK_MS);
  const started = startTestHost({ ...settings, dataDir }).then(
    (host) => ({ host, error: null }),
    (error: unknown) => ({ host: null, error }),
  );
  try {
    const { host, error } = await Promise.race([started, stuck.promise]);
    if (host === null) return error;
    await using _ = host;
    await work(host);
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Each tenant answers as ever, or with an error of the table if it is excused. */
async function expectAnswers(host: TestHost, isExcused: (name: string) => boolean, told = ""): Promise<void> {
  for (const [name, { answer }] of Object.entries(tenants)) {
    const response = await host.fetch(name);
    const text = await response.text();
    const found = `${name}: ${response.status} ${text}`;
    if (found === `${name}: 200 ${answer}`) continue;
    expect([isExcused(name), found], told).toEqual([true, expect.stringMatching(/PLINTH_(?!INTERNAL)[A-Z_]+/)]);
  }
  for (const path of ["/v1/tenants", "/v1/tenants/plain/logs", "/v1/tenants/clock/crons", "/v1/tenants/notes/kv"]) {
    const response = await host.admin(path);
    const text = await response.text();
    if (!response.ok) expect(text, told).toMatch(/PLINTH_(?!INTERNAL)[A-Z_]+/);
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(folder, file)).sort();
}

/** The files that a host never writes again, with what is in them. */
async function kept(folder: string): Promise<Record<string, string>> {
  const files = (await filesIn(folder)).filter((file) => file.startsWith("blobs/") || file === "secret-key");
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "hex")));
  return Object.fromEntries(files.map((file, index) => [file, texts[index]!]));
}

/** Puts a damaged file back as an operator does: a database with its log, and the record of what belongs together. */
async function putBack(harmed: ReadonlySet<string>, from: string, dataDir: string): Promise<void> {
  const databases = [...harmed].flatMap((file) => /^.*[.]sqlite/.exec(file) ?? []);
  const whole = databases.flatMap((file) => [file, `${file}-wal`, `${file}-shm`]);
  const files = new Set([...harmed, ...whole, ...(databases.length > 0 ? ["folder.json"] : [])]);
  const there = new Set(await filesIn(from));
  for (const file of files) {
    await rm(join(dataDir, file), { force: true });
    if (there.has(file)) await cp(join(from, file), join(dataDir, file));
  }
}
