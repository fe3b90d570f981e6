/** Makes the runtime package `plinth:go`: the Go runtime, the standard library and the SDK, for tenants to share. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { moduleType, parseCoreModule } from "../../host/component/read/core-module.ts";
import { type ExternType, matchesExternType } from "../../host/component/read/module-type.ts";
import { type GoLayout, goPolicy, goRuntimeExports } from "../../host/component/write/go-app-module.ts";
import { selectExports } from "../../host/component/write/rewrite-exports.ts";
import { thinModule } from "../../host/component/write/thin-module.ts";
import { plinthError } from "../../host/errors.ts";
import { manifestFormat, type RuntimeFile, type RuntimeManifest, readManifest } from "../../host/runtime/manifest.ts";
import { makeFolder } from "./cache.ts";
import { goComponent } from "./component.ts";
import { captureImage, memoryImport } from "./image.ts";
import { buildTag, linkProgram } from "./link-program.ts";
import { registersInMemory } from "./registers.ts";
import { readSymbolHeader } from "./symbols.ts";
import { findToolchain, goMessage, quoted, runGo, type Toolchain, type ToolchainOptions } from "./toolchain.ts";

const runtimeName = "plinth:go";
const packageFolder = join(import.meta.dirname, "dist");

const fileNames = {
  module: "module.wasm",
  thin: "thin.wasm",
  image: "image.bin",
  symbols: "base.sym",
  warmUp: "warm-up.wasm",
} as const;
type FileName = keyof typeof fileNames;

/** The most functions that a program counter can number (PC_F has 16 bits), with the 4,096 that Go leaves unused. */
const TABLE_ENTRIES = 65_536;

/** What slots call besides what tenants import. */
const hostExports = ["reseed"];

/** A package in the cache. */
export interface GoRuntimePackage {
  folder: string;
  manifest: RuntimeManifest;
}

/**
 * The package for a toolchain, built if it is not in the cache. Same sources, same toolchain: same bytes.
 *
 * @throws PlinthError PLINTH_BUILD_FAILED where the base does not build
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
 * Brings `dist/`, where hosts look for the package, up to date with the toolchain that is found.
 *
 * @returns whether it was changed
 * @throws PlinthError PLINTH_GO_MISSING, PLINTH_GO_VERSION, PLINTH_BUILD_FAILED
 */
export async function buildRuntime(options: ToolchainOptions = {}): Promise<boolean> {
  return installPackage(await goRuntimePackage(await findToolchain(options), options.onProgress));
}

/**
 * Puts a package where hosts look for it, unless it is there.
 *
 * @returns whether anything was changed
 */
export async function installPackage({ folder }: GoRuntimePackage, target = packageFolder): Promise<boolean> {
  const isInstalled = () => manifestOf(target) === manifestOf(folder);
  if (isInstalled()) return false;
  const work = await mkdtemp(`${target}.`);
  await cp(folder, work, { recursive: true });
  await rm(target, { recursive: true, force: true });
  try {
    await rename(work, target);
  } catch (error) {
    // Another process may have put the same package there meanwhile.
    await rm(work, { recursive: true, force: true });
    if (!isInstalled()) throw error;
  }
  return true;
}

function manifestOf(folder: string): string | undefined {
  const file = join(folder, "runtime.json");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Packages of earlier versions of the SDK or of Plinth, 65 MB each, that nobody has built for a week. */
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
  const layout: GoLayout = {
    id: header.layout,
    functions: { first: header.firstFunc, most: TABLE_ENTRIES - header.firstFunc },
    data: { start: header.dataAddr, end: header.dataEnd },
  };
  const image = captureImage(full, thinModule(full, { memoryImport }));
  const offered = [...goRuntimeExports.map(({ name }) => name), ...hostExports];
  const thin = thinModule(selectExports(full, new Map(offered.map((name) => [name, name]))), { memoryImport });
  const identity = { name: runtimeName, version: runtimeVersion(toolchain, layout) };
  const policy = goPolicy(layout);
  const program = await linkProgram(toolchain, join(work, fileNames.symbols), join(import.meta.dirname, "warm-up"));
  const warmUp = goComponent(program.module, { ...identity, policy, files: { module: entry("module", full) } });
  const contents = { module: full, thin: thin.bytes, image: image.bytes, symbols, warmUp };
  const parsed = parseCoreModule(full);
  const manifest: RuntimeManifest = {
    format: manifestFormat,
    ...identity,
    abi: "layout",
    files: {
      module: entry("module", contents.module),
      thin: entry("thin", contents.thin),
      image: entry("image", contents.image),
      symbols: entry("symbols", contents.symbols),
      warmUp: entry("warmUp", contents.warmUp),
    },
    exports: goRuntimeExports.map(({ name, type }) => ({ name, type: offeredType(parsed, name, type) })),
    imports: distinctImports(moduleType(parsed).imports),
    memory: { ...memoryImport, initialPages: image.pages, maximumPages: thin.memory.max ?? 65_536 },
    globals: image.globals,
    table: { length: layout.functions.first },
    layout,
    policy,
    limits: { minimumMemoryPages: image.pages },
  };
  for (const which of Object.keys(fileNames) as FileName[]) {
    writeFileSync(join(work, fileNames[which]), contents[which]);
  }
  writeFileSync(join(work, "runtime.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** "1.26.8+b9854e2d3a32": Go's release and, as build metadata, the beginning of the layout's ID. */
function runtimeVersion({ version }: Pick<Toolchain, "version">, { id }: Pick<GoLayout, "id">): string {
  return `${version}+${id.slice(0, 12)}`;
}

/** Links the base, and leaves its symbol table in `work`. */
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

function offeredType(module: ReturnType<typeof parseCoreModule>, name: string, wanted: ExternType): ExternType {
  const found = moduleType(module).exports.find((candidate) => candidate.name === name)?.type;
  if (found === undefined || !matchesExternType(found, wanted)) throw new Error(`the Go base lacks the export ${name}`);
  return found;
}

/** Go imports a host function once for each package that declares it. */
function distinctImports(imports: RuntimeManifest["imports"] | ReturnType<typeof moduleType>["imports"]) {
  return [...new Map(imports.map((item) => [`${item.module} ${item.name}`, item])).values()];
}

function entry(which: FileName, bytes: Uint8Array): RuntimeFile {
  return { path: fileNames[which], sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}

/** Of everything, besides the toolchain, whose change means another package. */
function hashOfInputs(): string {
  const hash = createHash("sha256");
  const root = join(import.meta.dirname, "../..");
  const below = (folder: string, wanted: RegExp, recursive = true) =>
    readdirSync(join(root, folder), { recursive, encoding: "utf8" })
      .filter((path) => wanted.test(path) && !/[._](test|fixture)\.\w+$/.test(path))
      .map((path) => join(folder, path));
  const paths = [
    ...["base", "sdk", "warm-up"].flatMap((folder) => below(`runtimes/go/${folder}`, /(\.go|\.s|go\.mod)$/)),
    ...below("runtimes/go", /\.ts$/, false),
    ...below("host/component", /\.ts$/),
    "host/runtime/manifest.ts",
    ...["preview1", "runtime-imports", "vectors"].map((name) => `host/wasi/${name}.ts`),
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
