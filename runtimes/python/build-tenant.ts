/** Builds the component that is uploaded from a folder with main.py: the library behind `plinth build`. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { buildSlimComponent } from "../../host/component/write/slim-component.ts";
import { plinthError } from "../../host/errors.ts";
import { dataModule, dataRuntimeExports } from "../data-module.ts";
import { type Profile, webProfile } from "./profile.ts";
import { ignoredFolders, MAIN, rulesFor, vendorFolder } from "./project/rules.ts";

/** Files at the root of a project that are about the project, and not part of the program. */
const projectFile = /^(plinth\.(jsonc|schema\.json)|pyproject\.toml|requirements[^/]*\.txt|uv\.lock|[^/]*\.md)$/;

/** A file of the program. */
interface PackedFile {
  /** The name by which modules are looked for: "shop/views.py". */
  readonly name: string;
  readonly bytes: number;
  readonly compressed: Uint8Array;
}

interface PackedProgram {
  readonly program: Uint8Array<ArrayBuffer>;
  readonly files: readonly PackedFile[];
  readonly warnings: readonly string[];
}

/**
 * Packs a folder: its own files, and the packages in `python_modules`.
 *
 * @throws PlinthError PLINTH_BUILD_NO_ENTRY, or PLINTH_BUILD_FAILED if a package has machine code
 */
export async function buildPython(folder: string, { native: inImage }: Profile = webProfile): Promise<PackedProgram> {
  if (!existsSync(join(folder, MAIN)))
    throw plinthError("PLINTH_BUILD_NO_ENTRY", [folder, MAIN, rulesFor(webProfile).advice]);
  const own = await filesIn(folder, ignoredFolders);
  const vendor = join(folder, vendorFolder);
  const vendored = existsSync(vendor)
    ? await filesIn(vendor, new Set(["__pycache__", "bin"]))
    : new Map<string, Uint8Array>();
  for (const name of own.keys()) if (projectFile.test(name)) own.delete(name);
  const warnings = takeFromImage(vendored, inImage);
  const native = [...own.keys(), ...vendored.keys()].filter(isNative);
  if (native.length > 0)
    throw plinthError("PLINTH_BUILD_FAILED", [
      `${native[0]} is machine code. A program can use packages that are all Python, and those that the image has`,
    ]);
  const files = [...new Map([...vendored, ...own])].map(([name, contents]) => ({
    name,
    bytes: contents.length,
    compressed: deflateRawSync(contents, { level: 9 }),
  }));
  return { program: packed(files), files, warnings };
}

function isNative(name: string): boolean {
  return /\.(so|pyd|dylib|dll)$/.test(name);
}

/** Removes vendored packages with machine code that the image has. @returns a sentence about each */
function takeFromImage(vendored: Map<string, Uint8Array>, inImage: ReadonlySet<string>): string[] {
  const packageOf = (name: string) => name.split("/")[0]!;
  const found = new Set(
    [...vendored.keys()]
      .filter(isNative)
      .map(packageOf)
      .filter((name) => inImage.has(name)),
  );
  for (const name of [...vendored.keys()]) if (found.has(packageOf(name))) vendored.delete(name);
  return [...found].map(
    (name) => `${name} has machine code in ${vendorFolder}; the program gets the one of the runtime`,
  );
}

/** The component of a packed program. */
export function pythonComponent(
  program: Uint8Array,
  { runtime }: Pick<Profile, "runtime"> = webProfile,
): Uint8Array<ArrayBuffer> {
  return buildSlimComponent({
    // The program is source text, which any later 3.15 runs.
    dependency: `unlocked-dep=<${runtime}@{>=3.15.0 <3.16.0}>`,
    runtimeExports: dataRuntimeExports,
    appModule: dataModule(program),
    world: "resumable-service",
  });
}

/** Reads files, by their names and in the order of their names. */
async function filesIn(folder: string, ignored: ReadonlySet<string>): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.name.startsWith(".") || ignored.has(entry.name)) continue;
      if (entry.isDirectory()) {
        if (!entry.name.endsWith(".dist-info")) await visit(name);
      } else if (!/\.(pyc|pyi|component\.wasm)$/.test(entry.name)) {
        found.set(name, await readFile(join(folder, name)));
      }
    }
  };
  await visit("");
  return found;
}

/** The layout that library/_plinth/program.py reads. */
function packed(files: readonly PackedFile[]): Uint8Array<ArrayBuffer> {
  const parts = files.flatMap(({ name, compressed }) => {
    const nameBytes = Buffer.from(name);
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32LE(nameBytes.length, 0);
    lengths.writeUInt32LE(compressed.length, 4);
    return [lengths, nameBytes, compressed];
  });
  return new Uint8Array(Buffer.concat(parts));
}
