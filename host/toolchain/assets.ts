/** The files of a project's assets folder, as a deploy sends them. */
import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type AssetFile, checkAssetPaths } from "../assets/asset-list.ts";
import { plinthError } from "../errors.ts";
import type { Manifest } from "../manifest/schema.ts";
import { sha256 } from "../store/blobs.ts";

/** A file of the folder. */
export interface ProjectAsset extends AssetFile {
  readonly file: string;
}

/** Names that are left out of a site, because they may hold a developer's secrets. */
const isLeftOut = (name: string) => (name.startsWith(".") && name !== ".well-known") || name === "node_modules";

/**
 * @param folder the manifest's folder
 * @returns null if the manifest has no assets
 * @throws PLINTH_ASSET_FOLDER, PLINTH_ASSET_PATH
 */
export async function assetsOfProject(folder: string, manifest: Manifest | null): Promise<ProjectAsset[] | null> {
  if (manifest?.assets === undefined) return null;
  const { directory } = manifest.assets;
  const root = await folderOf(folder, directory);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const assets: ProjectAsset[] = [];
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const steps = relative(root, file).split(sep);
    if (steps.some(isLeftOut) || entry.isDirectory()) continue;
    if (entry.isSymbolicLink()) throw refusal(`${file} is a symbolic link, which may lead out of the folder`);
    if (!entry.isFile()) throw refusal(`${file} is neither a file nor a folder`);
    // macOS splits letters in names ("e" and an accent), and browsers ask for them as one character.
    const path = `/${steps.join("/").normalize("NFC")}`;
    checkAssetPaths([path]);
    const bytes = await readFile(file);
    assets.push({ path, hash: sha256(bytes), bytes: bytes.byteLength, file });
  }
  if (assets.length === 0) throw refusal(`${root} has no files`);
  checkAssetPaths(assets.map(({ path }) => path));
  return assets;
}

async function folderOf(project: string, directory: string): Promise<string> {
  const folder = join(project, directory);
  const found = await lstat(folder).catch(() => null);
  if (!found?.isDirectory()) throw refusal(`there is no folder ${folder}`);
  const steps = relative(await realpath(project), await realpath(folder)).split(sep);
  if (steps[0] === "..") throw refusal(`${folder} lies outside of the project's folder`);
  if (steps[0] === "") throw refusal("it is the project's folder itself, which has the sources, too");
  return folder;
}

function refusal(reason: string): Error {
  return plinthError("PLINTH_ASSET_FOLDER", [reason]);
}
