/**
 * Tells which files belong together in a data folder.
 *
 * A lost database looks like one that has never been there. A start with the files that remain would remove everything
 * that the new, empty database does not know. So each database that cannot be made again has an identity, and
 * `folder.json` keeps the identities of the folder's databases. The host refuses to start with anything else, before it
 * changes anything. If an operator removes `folder.json`, the next start takes the folder as it is.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Check, type Static, Type } from "#typebox";
import { PlinthError, plinthError } from "../errors.ts";
import { writeFileDurably } from "./files.ts";

const partSchema = Type.Object({
  id: Type.String(),
  /** How often a database has changed, if it counts its changes. A copy with fewer changes is older. */
  changes: Type.Optional(Type.Integer({ minimum: 0 })),
});
const recordSchema = Type.Record(Type.String(), partSchema);

export type Identity = Static<typeof partSchema>;

const RECORD = "folder.json";
const BLOBS = "blobs/";
/** Length of the record's text. It never grows, so a write needs no room on the disk and leaves no half of a text. */
const RECORD_BYTES = 1024;
/** Longest time by which `noteChangesSoon` lags behind, ms. */
const LAG_MS = 1_000;
/** Files that a host makes after its registry. An operator may have put any other files there before the first start. */
const LATER_FILES = ["registry.sqlite-wal", "kv.sqlite", "crons.sqlite", "logs.sqlite"];

export class DataFolder implements Disposable {
  readonly path: string;
  /** Whether a host had recorded the folder's parts when it was opened. */
  readonly isKnown: boolean;
  #parts: Readonly<Record<string, Identity>>;
  /** Traces of an earlier host, beside its registry, when the folder was opened. */
  readonly #traces: readonly string[];
  /** The record, open for writing. */
  #file: number | null = null;
  #later: NodeJS.Timeout | undefined;

  private constructor(path: string, parts: Readonly<Record<string, Identity>> | null, traces: readonly string[]) {
    this.path = path;
    this.isKnown = parts !== null;
    this.#parts = parts ?? {};
    this.#traces = traces;
  }

  /** @throws PlinthError PLINTH_DATA_FOLDER */
  static async open(path: string): Promise<DataFolder> {
    return new DataFolder(path, await readRecord(path), await tracesIn(path));
  }

  /**
   * Refuses a database that the folder had before and that is not there. SQLite would make it anew, so this comes first.
   *
   * @throws PlinthError PLINTH_DATA_FOLDER
   */
  async expect(file: string): Promise<void> {
    const name = basename(file);
    if (Object.hasOwn(this.#parts, name)) await this.#refuseIfLost(file, `${RECORD} names it`);
  }

  /** Does the same as `expect` for the registry: any trace of an earlier host tells that there was one. */
  async expectRegistry(file: string): Promise<void> {
    await this.expect(file);
    if (this.#traces.length > 0) await this.#refuseIfLost(file, this.#beside());
  }

  /**
   * Refuses a registry that is open and empty in a folder with traces of an earlier host. @throws PlinthError
   * PLINTH_DATA_FOLDER
   */
  expectFirstStart(file: string): void {
    // A first start that was killed has left the log of its registry.
    const isTold = this.#traces.some((name) => name !== `${basename(file)}-wal`);
    if (isTold && !this.isKnown) throw this.#refusal(`${basename(file)} is empty, and ${this.#beside()}`);
  }

  /**
   * @param count number of blobs that the registry names @throws PlinthError PLINTH_DATA_FOLDER if no file is there
   *   at all
   */
  expectBlobs(count: number): void {
    if (count === 0 || !this.isKnown || this.#traces.includes(BLOBS)) return;
    throw this.#refusal(`${BLOBS} has no file, and the registry names ${count}`);
  }

  /**
   * Compares a database, which is open now, with the record, and records it if it is new.
   *
   * @throws PlinthError PLINTH_DATA_FOLDER
   */
  async claim(file: string, identity: Identity): Promise<void> {
    const name = basename(file);
    const known = Object.hasOwn(this.#parts, name) ? this.#parts[name] : undefined;
    if (isDeepStrictEqual(known, identity)) return;
    if (known !== undefined) {
      if (known.id !== identity.id) throw this.#refusal(`${name} is not the one that ${RECORD} names`);
      const [recorded, counted] = [known.changes ?? 0, identity.changes ?? 0];
      if (recorded > counted)
        throw this.#refusal(`${name} is older than the rest: it counts ${counted} changes, and ${RECORD} ${recorded}`);
    }
    this.#parts = { ...this.#parts, [name]: identity };
    this.#closeRecord();
    await writeFileDurably(join(this.path, RECORD), Buffer.from(textOf(this.#parts)), 0o600);
  }

  /**
   * Records how often a database has changed. It is called after each change. The change is durable then and cannot
   * fail, and the record does not wait for the disk: a record that lags behind its database is safe.
   */
  noteChanges(file: string, changes: number): void {
    this.#count(file, changes);
    this.#record();
  }

  /** `noteChanges` for a database that changes many times a second: the record lags behind it for a moment. */
  noteChangesSoon(file: string, changes: number): void {
    this.#count(file, changes);
    this.#later ??= setTimeout(() => this.#record(), LAG_MS).unref();
  }

  [Symbol.dispose](): void {
    if (this.#later !== undefined) this.#record();
    this.#closeRecord();
  }

  #count(file: string, changes: number): void {
    const name = basename(file);
    this.#parts = { ...this.#parts, [name]: { ...this.#parts[name]!, changes } };
  }

  #record(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    try {
      this.#file ??= openSync(join(this.path, RECORD), "r+");
      writeSync(this.#file, textOf(this.#parts), 0);
    } catch {
      // The next change tries again, and so does the next start.
    }
  }

  #closeRecord(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  async #refuseIfLost(file: string, why: string): Promise<void> {
    const size = await stat(file).then(
      (it) => it.size,
      () => null,
    );
    if (size === null) throw this.#refusal(`${basename(file)} is missing, and ${why}`);
    if (size === 0) throw this.#refusal(`${basename(file)} is empty, and ${why}`);
  }

  #beside(): string {
    return `beside it there is ${this.#traces.join(", ")}`;
  }

  #refusal(what: string): PlinthError {
    return refusal(this.path, what);
  }
}

async function readRecord(path: string): Promise<Readonly<Record<string, Identity>> | null> {
  try {
    const record: unknown = JSON.parse(await readFile(join(path, RECORD), "utf8"));
    if (Check(recordSchema, record)) return record;
    throw refusal(path, `${RECORD} is not what a host writes`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    if (error instanceof PlinthError) throw error;
    throw refusal(path, `${RECORD} cannot be read: ${(error as Error).message}`);
  }
}

async function tracesIn(path: string): Promise<string[]> {
  const names = await readdir(path);
  const found = LATER_FILES.filter((name) => names.includes(name));
  return (await hasBlobs(join(path, BLOBS))) ? [BLOBS, ...found] : found;
}

async function hasBlobs(folder: string): Promise<boolean> {
  for (const shard of await readdir(folder).catch(() => []))
    for (const name of await readdir(join(folder, shard)).catch(() => [])) if (/^[0-9a-f]{64}$/.test(name)) return true;
  return false;
}

function textOf(parts: Readonly<Record<string, Identity>>): string {
  return `${JSON.stringify(parts, null, 2).padEnd(RECORD_BYTES)}\n`;
}

function refusal(folder: string, what: string): PlinthError {
  return plinthError("PLINTH_DATA_FOLDER", [folder, what], { details: { folder } });
}
