/** A runtime package as files: what a host loads from `dist/` of a language's folder. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { moduleType, parseCoreModule } from "../host/component/read/core-module.ts";
import type { ExternType, ModuleType } from "../host/component/read/module-type.ts";
import { selectExports } from "../host/component/write/rewrite-exports.ts";
import { thinModule } from "../host/component/write/thin-module.ts";
import { MAX_WASM_PAGES } from "../host/memory/page-size.ts";
import { manifestFormat, type RuntimeFile, type RuntimeManifest, readManifest } from "../host/runtime/manifest.ts";
import { type BaseImage, memoryImport } from "./base-image.ts";

export const fileNames = {
  module: "module.wasm",
  thin: "thin.wasm",
  image: "image.bin",
  symbols: "base.sym",
  warmUp: "warm-up.wasm",
} as const satisfies Record<keyof RuntimeManifest["files"], string>;

/** The contents of the package's files; host/runtime/manifest.ts says what each is for. */
export type PackageFiles = Record<"module" | "thin" | "image", Uint8Array> &
  Partial<Record<"symbols" | "warmUp", Uint8Array>>;

export interface RuntimePackage {
  readonly manifest: RuntimeManifest;
  readonly files: PackageFiles;
}

/** The parts of a package; host/runtime/manifest.ts explains the members that it shares with the manifest. */
export interface PackageParts extends Pick<RuntimeManifest, "name" | "version" | "abi" | "layout" | "policy"> {
  /** The full core module, with its data. */
  readonly module: Uint8Array;
  readonly image: BaseImage;
  /** Names of the module's exports that components may import. */
  readonly offered: readonly string[];
  /** Names of further exports that slots call. */
  readonly hostExports?: readonly string[];
  readonly warmUp?: Uint8Array;
  readonly symbols?: Uint8Array;
}

/** @throws Error if the module lacks an export; TypeError if hosts would not take the manifest */
export function packageOf(parts: PackageParts): RuntimePackage {
  const { name, version, abi, module, image, offered, hostExports = [], layout, policy, warmUp, symbols } = parts;
  const kept = [...offered, ...hostExports].map((exported) => [exported, exported] as const);
  // The code that starts the runtime is removed, because its work is in the image.
  const thin = thinModule(selectExports(module, new Map(kept)), { memoryImport });
  const files: PackageFiles = {
    module,
    thin: thin.bytes,
    image: image.bytes,
    ...(symbols === undefined ? {} : { symbols }),
    ...(warmUp === undefined ? {} : { warmUp }),
  };
  const parsed = parseCoreModule(module);
  const type = moduleType(parsed);
  const entries = filesOf(files).map(([which, bytes]) => [which, fileEntry(which, bytes)]);
  const manifest: RuntimeManifest = {
    format: manifestFormat,
    name,
    version,
    abi,
    files: Object.fromEntries(entries),
    exports: offered.map((wanted) => ({ name: wanted, type: exportOf(type, wanted) })),
    imports: distinct(type.imports),
    memory: { ...memoryImport, initialPages: image.pages, maximumPages: thin.memory.max ?? MAX_WASM_PAGES },
    globals: image.globals,
    table: { length: layout?.functions.first ?? parsed.tables[0]?.limits.min ?? 0 },
    ...(layout === undefined ? {} : { layout }),
    policy,
    limits: { minimumMemoryPages: image.pages },
  };
  return { manifest: readManifest(JSON.parse(JSON.stringify(manifest))), files };
}

function exportOf(type: ModuleType, name: string): ExternType {
  const found = type.exports.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the runtime's module lacks the export ${name}`);
  return found.type;
}

/** A compiler may import a function once for each source that declares it. */
function distinct(imports: ModuleType["imports"]): RuntimeManifest["imports"] {
  return [...new Map(imports.map((item) => [`${item.module} ${item.name}`, item])).values()];
}

/** How the manifest names a file. */
export function fileEntry(which: keyof PackageFiles, bytes: Uint8Array): RuntimeFile {
  return { path: fileNames[which], sha256: sha256(bytes), bytes: bytes.length };
}

function filesOf(files: PackageFiles): [keyof PackageFiles, Uint8Array][] {
  return (Object.keys(fileNames) as (keyof PackageFiles)[]).flatMap((which) => {
    const bytes = files[which];
    return bytes === undefined ? [] : [[which, bytes]];
  });
}

/** Writes all files of a package, runtime.json last. */
export function writePackage(folder: string, { manifest, files }: RuntimePackage): void {
  for (const [which, bytes] of filesOf(files)) writeFileSync(join(folder, fileNames[which]), bytes);
  writeFileSync(join(folder, "runtime.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Puts a new folder in the place of one that may be there, as a whole, so that an interrupted build leaves no part of a
 * folder.
 *
 * @param fill is given the new folder
 * @param isCurrent whether the folder in place is the same: another process may have been quicker
 */
export async function replaceFolder(
  folder: string,
  fill: (work: string) => void | Promise<void>,
  isCurrent: () => boolean,
): Promise<void> {
  const work = await mkdtemp(`${folder}.`);
  try {
    await fill(work);
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (!isCurrent()) throw error;
  }
}

/** Whether the package in a folder has all the files that its manifest lists. */
export function isWhole(folder: string): boolean {
  try {
    const manifest = readManifest(JSON.parse(readFileSync(join(folder, "runtime.json"), "utf8")));
    return Object.values(manifest.files).every(
      ({ path, sha256: hash }) => sha256(readFileSync(join(folder, path))) === hash,
    );
  } catch {
    return false;
  }
}

/** A hash of files' names and contents. @param paths relative to `root` */
export function hashOfFiles(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(path)
      .update("\0")
      .update(sha256(readFileSync(join(root, path))));
  return hash.digest("hex");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
