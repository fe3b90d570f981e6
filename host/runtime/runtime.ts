/**
 * Loads runtime packages: checks their files against the manifest, compiles the thin module once, and lays the base image
 * out in memory. The handle can be posted to any worker.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareVersions, parseVersion, type Version } from "../component/read/dependency-name.ts";
import { plinthError } from "../errors.ts";
import type { RuntimeHandle } from "../worker/runtime-handle.ts";
import { makeHandle } from "./handle.ts";
import { type RuntimeFile, type RuntimeManifest, readManifest } from "./manifest.ts";

export interface Runtime {
  /** `name@version`: "plinth:js@1.0.0". */
  key: string;
  manifest: RuntimeManifest;
  /** Integrity of the full module, as in a dependency name: "sha256-...", base64. */
  integrity: string;
  /** A dependency is compared with this offer. */
  offer: { package: string; version: Version; sha256: Uint8Array };
  handle: RuntimeHandle;
  /**
   * Identity of this build of the runtime, its base image included. A tenant's image is a difference from that base image,
   * so it belongs to no other build.
   */
  build: string;
  /** A slim component that the host runs at boot, so that no tenant pays for V8's lazy compilation. */
  warmUpComponent: Uint8Array | null;
}

/**
 * The form in which tenants' modules are kept. The host links versions of another form again at its start, as it does
 * versions for another build of their runtime.
 */
const LINKED_FORM = "endable, of many functions active";

export interface RuntimeChoice {
  /** Names such as "plinth:js". An empty list loads all packages that have been built, except those of `byName`. */
  readonly names: readonly string[];
  /** Runtimes that are loaded only where they are named. Default: none. */
  readonly byName?: readonly string[];
  /** Runtimes that must be there where no names are given. */
  readonly needed: readonly string[];
  /** The name of a runtime's language for `plinth runtime build`; undefined if the language is unknown. */
  languageOf(runtime: string): string | undefined;
}

/**
 * Loads the packages `FOLDER/dist/runtime.json`, newest version of a runtime first.
 *
 * @throws PlinthError PLINTH_RUNTIME_NOT_BUILT if one is missing; Error if a package is damaged
 */
export async function loadRuntimes(
  folders: readonly string[],
  { names, byName = [], needed, languageOf }: RuntimeChoice,
): Promise<Runtime[]> {
  const isWanted = (name: string) => (names.length === 0 ? !byName.includes(name) : names.includes(name));
  const loaded = await Promise.all(folders.map((folder) => loadPackage(join(folder, "dist"), isWanted)));
  const runtimes = loaded.filter((runtime) => runtime !== null);
  const wanted = names.length === 0 ? needed : names;
  const missing = wanted.find((name) => !runtimes.some(({ manifest }) => manifest.name === name));
  if (missing !== undefined)
    throw plinthError("PLINTH_RUNTIME_NOT_BUILT", [missing, languageOf(missing) ?? "LANGUAGE"]);
  return runtimes.sort((a, b) => compareVersions(b.offer.version, a.offer.version));
}

async function loadPackage(folder: string, isWanted: (name: string) => boolean): Promise<Runtime | null> {
  const json = await readFile(join(folder, "runtime.json"), "utf8").catch(() => null);
  if (json === null) return null;
  const manifest = readManifest(JSON.parse(json));
  if (!isWanted(manifest.name)) return null;
  const { files } = manifest;
  const [thin, image, warmUpComponent] = await Promise.all([
    readPackageFile(folder, files.thin),
    readPackageFile(folder, files.image),
    files.warmUp === undefined ? null : readPackageFile(folder, files.warmUp),
  ]);
  const sha256 = Buffer.from(files.module.sha256, "hex");
  const handle = makeHandle(manifest, await WebAssembly.compile(thin), image);
  return {
    key: handle.key,
    manifest,
    integrity: `sha256-${sha256.toString("base64")}`,
    offer: { package: manifest.name, version: parseVersion(manifest.version)!, sha256 },
    handle,
    build: `sha256-${createHash("sha256")
      .update(LINKED_FORM + files.module.sha256 + files.thin.sha256 + files.image.sha256)
      .digest("base64")}`,
    warmUpComponent,
  };
}

/** Reads a file of a package. @throws Error if the file is not the one in the manifest */
async function readPackageFile(folder: string, { path, sha256, bytes }: RuntimeFile): Promise<Uint8Array<ArrayBuffer>> {
  const contents = await readFile(join(folder, path));
  // The hash is made in a thread of Node's own, so that the files are hashed side by side.
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", contents)).toString("hex");
  if (contents.length !== bytes || hash !== sha256) {
    throw new Error(`${join(folder, path)} is not the file that runtime.json describes; run plinth runtime build`);
  }
  return contents;
}
