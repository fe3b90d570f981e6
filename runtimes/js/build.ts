/** Makes the runtime package `plinth:js` in `dist/`. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleType, parseCoreModule } from "../../host/component/read/core-module.ts";
import { javascriptAppModule, javascriptPolicy } from "../../host/component/write/javascript-app-module.ts";
import { selectExports } from "../../host/component/write/rewrite-exports.ts";
import { buildSlimComponent, javascriptRuntimeExports } from "../../host/component/write/slim-component.ts";
import { thinModule } from "../../host/component/write/thin-module.ts";
import { manifestFormat, type RuntimeFile, type RuntimeManifest, readManifest } from "../../host/runtime/manifest.ts";
import { adapterFiles } from "./adapter.ts";
import { abiExports, assemble } from "./assemble.ts";
import { bundlePrelude, type PreludeBundle } from "./bundle-prelude.ts";
import { type EngineVariant, readEngine } from "./engine.ts";
import { captureImage, memoryImport } from "./image.ts";

/** The variant was chosen by measurement: docs/reference/javascript.md, "The engine". */
export const engineVariant: EngineVariant = "quickjs";
export const runtimeName = "plinth:js";
export const runtimeVersion = "1.0.0";
export const packageFolder = fileURLToPath(new URL("dist/", import.meta.url));

const root = fileURLToPath(new URL("../../", import.meta.url));
const fileNames = {
  module: "module.wasm",
  thin: "thin.wasm",
  image: "image.bin",
  warmUp: "warm-up.wasm",
} as const;

export interface RuntimePackage {
  manifest: RuntimeManifest;
  files: Record<keyof typeof fileNames, Uint8Array>;
}

/** Builds the package in memory. The bytes are the same every time. */
export async function makeRuntimePackage(
  variant: EngineVariant = engineVariant,
  prelude?: PreludeBundle,
): Promise<RuntimePackage> {
  const { source } = prelude ?? (await bundlePrelude());
  const full = assemble(readEngine(variant));
  const image = captureImage(full, thinModule(full, { memoryImport }), source);
  // The thin module, which slots run, does not export `plinth:init`. Only captureImage calls it, above.
  const thin = thinModule(selectExports(full, new Map(abiExports.map((name) => [name, name]))), { memoryImport });
  const files = { module: full, thin: thin.bytes, image: image.bytes, warmUp: warmUpComponent() };
  const parsed = parseCoreModule(full);
  const type = moduleType(parsed);
  const table = parsed.tables[0]?.limits.min ?? 0;
  const manifest: RuntimeManifest = {
    format: manifestFormat,
    name: runtimeName,
    version: runtimeVersion,
    abi: "stable",
    files: {
      module: entry("module", files),
      thin: entry("thin", files),
      image: entry("image", files),
      warmUp: entry("warmUp", files),
    },
    exports: abiExports.map((name) => ({ name, type: type.exports.find((item) => item.name === name)!.type })),
    imports: [...type.imports],
    memory: { ...memoryImport, initialPages: image.pages, maximumPages: thin.memory.max ?? 65_536 },
    globals: image.globals,
    table: { length: table },
    policy: javascriptPolicy,
    limits: { minimumMemoryPages: image.pages },
  };
  return { manifest: readManifest(JSON.parse(JSON.stringify(manifest))), files };
}

/** The component that hosts run at boot: warm-up.js as a tenant. */
function warmUpComponent(): Uint8Array {
  return buildSlimComponent({
    dependency: `unlocked-dep=<${runtimeName}@{>=${runtimeVersion}}>`,
    runtimeExports: javascriptRuntimeExports,
    appModule: javascriptAppModule(readFileSync(new URL("warm-up.js", import.meta.url))),
    world: "resumable-service",
  });
}

function entry(which: keyof typeof fileNames, files: Record<keyof typeof fileNames, Uint8Array>): RuntimeFile {
  return { path: fileNames[which], sha256: sha256(files[which]), bytes: files[which].length };
}

/**
 * Brings `dist/` up to date. If it is up to date already, this only hashes the inputs.
 *
 * @returns whether anything was built
 */
export async function buildRuntime(): Promise<boolean> {
  const stamp = join(packageFolder, "inputs.json");
  if (isCurrent(stamp)) return false;
  const prelude = await bundlePrelude();
  const { manifest, files } = await makeRuntimePackage(engineVariant, prelude);
  // The package is written to a folder of its own, which takes its place when it is complete. A build that is cut off
  // leaves no half of a package behind.
  const work = `${resolve(packageFolder)}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  for (const which of Object.keys(fileNames) as (keyof typeof fileNames)[]) {
    writeFileSync(join(work, fileNames[which]), files[which]);
  }
  writeFileSync(join(work, "runtime.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const inputs = inputFiles(prelude);
  writeFileSync(join(work, "inputs.json"), JSON.stringify({ inputs, hash: hashOf(inputs) }, null, 2));
  try {
    rmSync(packageFolder, { recursive: true, force: true });
    renameSync(work, resolve(packageFolder));
  } catch (error) {
    // Another process may meanwhile have put the same package in place.
    rmSync(work, { recursive: true, force: true });
    if (!isCurrent(stamp)) throw error;
  }
  return true;
}

/** The files that the package is made of, relative to the repository. If one changes, the package is built again. */
function inputFiles(prelude: PreludeBundle): string[] {
  const require = createRequire(import.meta.url);
  const engine = dirname(require.resolve(`@jitl/${engineVariant}-wasmfile-release-sync/package.json`));
  const here = [
    ...adapterFiles.map((file) => `adapter/${file}`),
    "adapter.ts",
    "assemble.ts",
    "build.ts",
    "bundle-prelude.ts",
    "engine.ts",
    "image.ts",
    "native-names.ts",
    "warm-up.js",
  ];
  const component = ["javascript-app-module.ts", "rewrite-exports.ts", "thin-module.ts"];
  return [
    ...here.map((name) => `runtimes/js/${name}`),
    ...component.map((name) => `host/component/write/${name}`),
    ...prelude.inputs,
    "host/runtime/manifest.ts",
    "package-lock.json",
    relative(root, join(engine, "dist/emscripten-module.wasm")),
    relative(root, join(engine, "dist/emscripten-module.mjs")),
  ];
}

function isCurrent(stamp: string): boolean {
  try {
    const { inputs, hash } = JSON.parse(readFileSync(stamp, "utf8")) as { inputs: string[]; hash: string };
    const manifest = readManifest(JSON.parse(readFileSync(join(packageFolder, "runtime.json"), "utf8")));
    const whole = Object.values(manifest.files).every(
      (file) => sha256(readFileSync(join(packageFolder, file.path))) === file.sha256,
    );
    return whole && hashOf(inputs) === hash;
  } catch {
    return false;
  }
}

function hashOf(inputs: readonly string[]): string {
  const hash = createHash("sha256");
  for (const input of inputs)
    hash
      .update(input)
      .update("\0")
      .update(sha256(readFileSync(join(root, input))));
  return hash.digest("hex");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
