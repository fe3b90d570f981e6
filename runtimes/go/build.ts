/** Makes the runtime package `plinth:go`: the Go runtime, the standard library and the SDK, for tenants to share. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { extname, join } from "node:path";
import { moduleType, parseCoreModule } from "../../host/component/read/core-module.ts";
import { matchesExternType } from "../../host/component/read/module-type.ts";
import { thinModule } from "../../host/component/write/thin-module.ts";
import { plinthError } from "../../host/errors.ts";
import { type RuntimeManifest, readManifest, type TenantLayout } from "../../host/runtime/manifest.ts";
import { memoryImport } from "../base-image.ts";
import { makeFolder } from "../cache.ts";
import { fileEntry, fileNames, packageOf, replaceFolder, writePackage } from "../package.ts";
import { goPolicy, goRuntimeExports } from "./app-module.ts";
import { goComponent } from "./component.ts";
import { captureImage } from "./image.ts";
import { buildTag, linkProgram } from "./link-program.ts";
import { registersInMemory } from "./registers.ts";
import { readSymbolHeader } from "./symbols.ts";
import { findToolchain, goMessage, quoted, runGo, type Toolchain, type ToolchainOptions } from "./toolchain.ts";

const runtimeName = "plinth:go";
const packageFolder = join(import.meta.dirname, "dist");

/** The most functions that a PC can number (PC_F has 16 bits), including the 4,096 numbers that Go leaves unused. */
const TABLE_ENTRIES = 65_536;

/** The exports that slots call, besides the imports of tenants. */
const hostExports = ["reseed"];

/** A runtime package in the cache. */
export interface GoRuntimePackage {
  folder: string;
  manifest: RuntimeManifest;
}

/**
 * Gives the package for a toolchain, and builds it if it is not in the cache. The same sources and toolchain give the same
 * bytes.
 *
 * @throws PlinthError PLINTH_BUILD_FAILED if the base does not build
 */
export async function goRuntimePackage(
  toolchain: Toolchain,
  onProgress: (line: string) => void = () => {},
): Promise<GoRuntimePackage> {
  const folder = join(toolchain.folder, `base-${hashOfInputs()}`);
  if (!existsSync(join(folder, "runtime.json"))) {
    onProgress(`building the Go ${toolchain.version} base (once; about half a minute)`);
    removeOld(toolchain.folder);
    await makeFolder(folder, (work) => fillPackage(toolchain, work));
  }
  return { folder, manifest: readManifest(JSON.parse(readFileSync(join(folder, "runtime.json"), "utf8"))) };
}

/**
 * Brings `dist/`, where hosts look for the package, up to date with the installed toolchain.
 *
 * @returns whether `dist/` was changed
 * @throws PlinthError PLINTH_GO_MISSING, PLINTH_GO_VERSION, PLINTH_BUILD_FAILED
 */
export async function buildRuntime(options: ToolchainOptions = {}): Promise<boolean> {
  return installPackage(await goRuntimePackage(await findToolchain(options), options.onProgress));
}

/**
 * Puts a package into the folder where hosts look for it, unless it is there.
 *
 * @returns whether anything was changed
 */
export async function installPackage({ folder }: GoRuntimePackage, target = packageFolder): Promise<boolean> {
  const isInstalled = () => manifestOf(target) === manifestOf(folder);
  if (isInstalled()) return false;
  await replaceFolder(target, (work) => cp(folder, work, { recursive: true }), isInstalled);
  return true;
}

function manifestOf(folder: string): string | undefined {
  const file = join(folder, "runtime.json");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Removes packages of earlier versions of the SDK or of Plinth, 65 MB each, that nobody has built for a week. */
function removeOld(folder: string): void {
  const week = 7 * 24 * 3600 * 1000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.startsWith("base-") && Date.now() - statSync(path).mtimeMs > week)
      rmSync(path, { recursive: true, force: true });
  }
}

async function fillPackage(toolchain: Toolchain, work: string): Promise<void> {
  const full = await linkBase(toolchain, work);
  const symbols = readFileSync(join(work, fileNames.symbols));
  const header = readSymbolHeader(symbols);
  const layout: TenantLayout = {
    id: header.layout,
    functions: { first: header.firstFunc, most: TABLE_ENTRIES - header.firstFunc },
    data: { start: header.dataAddr, end: header.dataEnd },
  };
  const image = captureImage(full, thinModule(full, { memoryImport }));
  const identity = { name: runtimeName, version: runtimeVersion(toolchain, layout) };
  const policy = goPolicy(layout);
  const program = await linkProgram(toolchain, join(work, fileNames.symbols), join(import.meta.dirname, "warm-up"));
  const warmUp = goComponent(program.module, { ...identity, policy, files: { module: fileEntry("module", full) } });
  refuseOtherExports(full);
  const made = packageOf({
    ...identity,
    abi: "layout",
    module: full,
    image,
    offered: goRuntimeExports.map(({ name }) => name),
    hostExports,
    layout,
    policy,
    warmUp,
    symbols,
  });
  writePackage(work, made);
}

/** "1.26.8+b9854e2d3a32": Go's release and, as build metadata, the beginning of the layout's ID. */
function runtimeVersion({ version }: Pick<Toolchain, "version">, { id }: Pick<TenantLayout, "id">): string {
  return `${version}+${id.slice(0, 12)}`;
}

/** Links the base and leaves its symbol table in `work`. */
async function linkBase(toolchain: Toolchain, work: string): Promise<Uint8Array<ArrayBuffer>> {
  const output = join(work, fileNames.module);
  const linkerFlags = ["-s", "-w", "-buildid=", quoted(`-slimbaseout=${join(work, fileNames.symbols)}`)];
  const args = [
    "build",
    ...toolchain.buildFlags,
    "-tags",
    buildTag,
    "-buildmode=c-shared",
    "-buildvcs=false",
    "-pgo=off",
  ];
  try {
    const environment = { ...toolchain.environment, GOWORK: "off", GOPROXY: "off" };
    const folder = join(import.meta.dirname, "base");
    await runGo(
      { ...toolchain, environment },
      [...args, `-ldflags=${linkerFlags.join(" ")}`, "-o", output, "."],
      folder,
    );
  } catch (error) {
    throw plinthError("PLINTH_BUILD_FAILED", [`the Go base: ${goMessage(error)}`], { cause: error });
  }
  return registersInMemory(new Uint8Array(readFileSync(output)));
}

/** @throws Error if the base lacks an export that programs are linked to */
function refuseOtherExports(base: Uint8Array): void {
  const { exports } = moduleType(parseCoreModule(base));
  for (const { name, type } of goRuntimeExports) {
    const found = exports.find((candidate) => candidate.name === name)?.type;
    if (found === undefined || !matchesExternType(found, type)) throw new Error(`the Go base lacks the export ${name}`);
  }
}

/** Hashes all inputs of the package, except the toolchain. Another hash means another package. */
function hashOfInputs(): string {
  const hash = createHash("sha256");
  const root = join(import.meta.dirname, "../..");
  // TypeScript in a clone, JavaScript in the npm package.
  const code = extname(import.meta.filename);
  const isCode = new RegExp(`\\${code}$`);
  const below = (folder: string, wanted: RegExp, recursive = true) =>
    readdirSync(join(root, folder), { recursive, encoding: "utf8" })
      .filter((path) => wanted.test(path) && !/[._](test|fixture)\.\w+$/.test(path))
      .map((path) => join(folder, path));
  const paths = [
    ...["base", "overlay", "sdk", "warm-up"].flatMap((folder) => below(`runtimes/go/${folder}`, /(\.go|\.s|go\.mod)$/)),
    ...below("runtimes/go", isCode, false),
    ...below("host/component", isCode),
    ...["base-image", "cache", "package"].map((name) => `runtimes/${name}${code}`),
    `host/runtime/manifest${code}`,
    ...["preview1", "runtime-imports", "vectors"].map((name) => `host/wasi/${name}${code}`),
  ];
  for (const path of paths.sort()) {
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}
