/** Makes a runtime package of CPython. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataModulePolicy, dataRuntimeExports } from "../data-module.ts";
import { hashOfFiles, isWhole, packageOf, type RuntimePackage, replaceFolder, writePackage } from "../package.ts";
import { buildPython, pythonComponent } from "./build-tenant.ts";
import { graft } from "./graft.ts";
import { captureImage, librarySources, startExports } from "./image.ts";
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

/** Of all that the package is made of. If something of it changes, the package is built again. */
function hashOfInputs(): string {
  const own = [
    "adapter/functions.ts",
    "adapter/instructions.ts",
    "build.ts",
    "build-tenant.ts",
    "graft.ts",
    "image.ts",
  ];
  const sources = [
    ...own,
    "profile.ts",
    "wheel.ts",
    "warm-up/main.py",
    ...librarySources.map((name) => `library/${name}`),
  ];
  const shared = ["base-image.ts", "data-module.ts", "package.ts"].map((name) => `../${name}`);
  const host = ["component/write/thin-module.ts", "runtime/manifest.ts"].map((name) => `../../host/${name}`);
  return hashOfFiles(folder, [...sources, ...shared, ...host]);
}
