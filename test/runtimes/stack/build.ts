/** Makes the runtime package `test:stack` in `dist/`. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { thinModule } from "../../../host/component/write/thin-module.ts";
import { memoryImport, startThin } from "../../../runtimes/base-image.ts";
import { dataModulePolicy, dataRuntimeExports } from "../../../runtimes/data-module.ts";
import { hashOfFiles, isWhole, packageOf, replaceFolder, writePackage } from "../../../runtimes/package.ts";

const folder = import.meta.dirname;
const dist = join(folder, "dist");

/** @returns whether the package was rebuilt */
export async function buildRuntime(): Promise<boolean> {
  const hash = hashOfFiles(folder, ["runtime.wat", "build.ts"]);
  if (await isCurrent(hash)) return false;
  const full = new Uint8Array(await parse(await readFile(join(folder, "runtime.wat"), "utf8")));
  // Stack has no start-up of its own: the image is the data of the module.
  const image = startThin(full, thinModule(full, { memoryImport }), () => ({ "plinth:host": { log() {} } })).capture();
  const made = packageOf({
    name: "test:stack",
    version: "1.0.0",
    abi: "stable",
    module: full,
    image,
    offered: dataRuntimeExports.map(({ name }) => name),
    policy: dataModulePolicy,
  });
  const fill = async (work: string) => {
    writePackage(work, made);
    await writeFile(join(work, "inputs"), hash);
  };
  await replaceFolder(dist, fill, () => isWhole(dist));
  return true;
}

async function isCurrent(hash: string): Promise<boolean> {
  const built = await readFile(join(dist, "inputs"), "utf8").catch(() => "");
  return built === hash && isWhole(dist);
}
