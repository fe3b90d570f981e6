/** Makes a runtime package of CPython. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { dataModulePolicy, dataRuntimeExports } from "../data-module.ts";
import { hashOfFiles, isWhole, packageOf, type RuntimePackage, replaceFolder, writePackage } from "../package.ts";
import { buildPython, pythonComponent } from "./build-tenant.ts";
import { graft } from "./graft.ts";
import { captureImage, startExports } from "./image.ts";
import type { Profile } from "./profile.ts";
import { knownWheel, pythonFiles } from "./wheel.ts";

const folder = import.meta.dirname;

/**
 * Brings a package up to date.
 *
 * @param packageFolder `dist/` of the language
 * @returns whether anything was built
 * @throws PlinthError PLINTH_PYTHON_MISSING, PLINTH_PYTHON_WHEEL
 */
export async function buildRuntime(
  profile: Profile,
  packageFolder: string,
  onProgress: (line: string) => void,
): Promise<boolean> {
  const hash = hashOfInputs();
  const stamp = join(packageFolder, "inputs.txt");
  const isCurrent = () => existsSync(stamp) && readFileSync(stamp, "utf8") === hash && isWhole(packageFolder);
  if (isCurrent()) return false;
  const made = await makeRuntimePackage(profile, onProgress);
  const fill = (work: string) => {
    writePackage(work, made);
    writeFileSync(join(work, "inputs.txt"), hash);
  };
  await replaceFolder(packageFolder, fill, isCurrent);
  return true;
}

async function makeRuntimePackage(profile: Profile, onProgress: (line: string) => void): Promise<RuntimePackage> {
  const files = await pythonFiles(onProgress);
  onProgress(`building ${profile.runtime} ${knownWheel.python}`);
  const full = graft(new Uint8Array(readFileSync(files.module)), startExports);
  return packageOf({
    name: profile.runtime,
    version: knownWheel.python,
    abi: "stable",
    module: full,
    image: captureImage(full, files.libraryFolder, profile),
    offered: dataRuntimeExports.map(({ name }) => name),
    policy: dataModulePolicy,
    warmUp: pythonComponent((await buildPython(join(folder, "warm-up"))).program, profile),
  });
}

/** A hash of all inputs of the package. If an input changes, the package is built again. */
function hashOfInputs(): string {
  // TypeScript in a clone, JavaScript in the npm package.
  const code = extname(import.meta.filename);
  const own = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) => [code, ".py"].includes(extname(name)) && !/(^|\/)(dist|templates)\/|\.(test|fixture)\.\w+$/.test(name),
    )
    .sort();
  const shared = ["base-image", "data-module", "package"].map((name) => `../${name}${code}`);
  const host = ["component/write/thin-module", "runtime/manifest"].map((name) => `../../host/${name}${code}`);
  return hashOfFiles(folder, [...own, ...shared, ...host]);
}
