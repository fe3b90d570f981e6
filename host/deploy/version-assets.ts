/** The static files of a version beside its program. */
import { decodeAssetList } from "../assets/asset-list.ts";
import type { StagedAssets } from "../assets/staging.ts";
import { plinthError } from "../errors.ts";
import type { RuntimeConfig } from "../manifest/schema.ts";
import type { Store, Version } from "../store/store.ts";

/** @param list name of the list of files that the upload gives; undefined for none @throws PLINTH_ASSETS_UPLOAD */
export function refuseOneOfBoth({ assets }: RuntimeConfig, list: string | undefined): void {
  if (assets !== undefined && list === undefined)
    throw plinthError("PLINTH_ASSETS_UPLOAD", ["the manifest has assets, and the upload names no list of files"]);
  if (assets === undefined && list !== undefined)
    throw plinthError("PLINTH_ASSETS_UPLOAD", ["the upload names a list of files, and the manifest has no assets"]);
}

/** The static files of a version that is deployed again. @throws PLINTH_BLOB_CORRUPT */
export async function assetsOf(store: Pick<Store, "getBlob">, { artifacts }: Version): Promise<StagedAssets | null> {
  if (artifacts.assets === undefined) return null;
  const bytes = Buffer.from(await store.getBlob(artifacts.assets));
  return { bytes, files: decodeAssetList(bytes) };
}
