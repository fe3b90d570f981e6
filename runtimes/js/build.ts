/** Makes the runtime package `plinth:js` in `dist/`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSlimComponent } from "../../host/component/write/slim-component.ts";
import { thinModule } from "../../host/component/write/thin-module.ts";
import { memoryImport } from "../base-image.ts";
import { dataModule, dataModulePolicy, dataRuntimeExports } from "../data-module.ts";
import { hashOfFiles, isWhole, packageOf, type RuntimePackage, replaceFolder, writePackage } from "../package.ts";
import { adapterFiles } from "./adapter.ts";
import { abiExports, assemble } from "./assemble.ts";
import { bundlePrelude, type PreludeBundle } from "./bundle-prelude.ts";
import { type EngineVariant, readEngine } from "./engine.ts";
import { captureImage } from "./image.ts";

/** The variant was chosen by measurement: docs/reference/javascript.md, "The engine". */
export const engineVariant: EngineVariant = "quickjs";
export const runtimeName = "plinth:js";
export const runtimeVersion = "1.0.0";
export const packageFolder = fileURLToPath(new URL("dist/", import.meta.url));

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Builds the package in memory. The bytes are the same every time. */
export async function makeRuntimePackage(
  variant: EngineVariant = engineVariant,
  prelude?: PreludeBundle,
): Promise<RuntimePackage> {
  const { source } = prelude ?? (await bundlePrelude());
  const full = assemble(readEngine(variant));
  const image = captureImage(full, thinModule(full, { memoryImport }), source);
  return packageOf({
    name: runtimeName,
    version: runtimeVersion,
    abi: "stable",
    module: full,
    image,
    offered: abiExports,
    policy: dataModulePolicy,
    warmUp: warmUpComponent(),
  });
}

/** The component that hosts run at boot: warm-up.js as a tenant. */
function warmUpComponent(): Uint8Array {
  return buildSlimComponent({
    dependency: `unlocked-dep=<${runtimeName}@{>=${runtimeVersion}}>`,
    runtimeExports: dataRuntimeExports,
    appModule: dataModule(readFileSync(new URL("warm-up.js", import.meta.url))),
    world: "resumable-service",
  });
}

/**
 * Brings `dist/` up to date. If it is up to date already, this only hashes the inputs. The npm package of Plinth has
 * `dist/` and not the sources.
 *
 * @returns whether anything was built
 */
export async function buildRuntime(): Promise<boolean> {
  const stamp = join(packageFolder, "inputs.json");
  if (isCurrent(stamp) || !existsSync(new URL("prelude/", import.meta.url))) return false;
  const prelude = await bundlePrelude();
  const made = await makeRuntimePackage(engineVariant, prelude);
  const inputs = inputFiles(prelude);
  const fill = (work: string) => {
    writePackage(work, made);
    writeFileSync(join(work, "inputs.json"), JSON.stringify({ inputs, hash: hashOfFiles(root, inputs) }, null, 2));
  };
  await replaceFolder(resolve(packageFolder), fill, () => isCurrent(stamp));
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
    "frames-property.ts",
    "image.ts",
    "native-names.ts",
    "warm-up.js",
  ];
  const component = ["rewrite-exports.ts", "slim-component.ts", "thin-module.ts"];
  return [
    ...here.map((name) => `runtimes/js/${name}`),
    ...component.map((name) => `host/component/write/${name}`),
    ...prelude.inputs,
    "runtimes/base-image.ts",
    "runtimes/data-module.ts",
    "runtimes/package.ts",
    "host/runtime/manifest.ts",
    "package-lock.json",
    relative(root, join(engine, "dist/emscripten-module.wasm")),
    relative(root, join(engine, "dist/emscripten-module.mjs")),
  ];
}

function isCurrent(stamp: string): boolean {
  try {
    const { inputs, hash } = JSON.parse(readFileSync(stamp, "utf8")) as { inputs: string[]; hash: string };
    return isWhole(packageFolder) && hashOfFiles(root, inputs) === hash;
  } catch {
    return false;
  }
}
