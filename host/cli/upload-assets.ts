/** Sends the static files of a version to come. Only the files that the host lacks go over the network. */
import { readFile } from "node:fs/promises";
import type { ProjectAsset } from "../toolchain/assets.ts";
import { type ApiClient, tenantPath } from "./api-client.ts";
import type { Answer } from "./api-types.ts";
import { count } from "./table.ts";

/** Bytes of files that are sent together. */
const TOGETHER_BYTES = 8 << 20;
const LENGTH_BYTES = 4;

/**
 * @param onProgress is told the progress in words
 * @returns the name of the list, for the version's upload; undefined where there are no assets
 */
export async function uploadAssets(
  { api }: ApiClient,
  tenant: string,
  assets: readonly ProjectAsset[] | null,
  onProgress: (text: string) => void = () => {},
): Promise<string | undefined> {
  if (assets === null) return undefined;
  const files = assets.map(({ path, hash, bytes }) => ({ path, hash, bytes }));
  const path = `${tenantPath(tenant)}/assets`;
  const { list, missing } = await api.call<Answer<"stageAssets">>(path, { method: "POST", json: { files } });
  const byHash = new Map(assets.map((asset) => [asset.hash as string, asset]));
  const toSend = missing.flatMap((hash) => byHash.get(hash) ?? []);
  let sent = 0;
  for (const batch of batchesOf(toSend)) {
    onProgress(`uploading assets: ${count(sent)} of ${count(toSend.length)}`);
    const parts: Uint8Array[] = [];
    for (const { file } of batch) {
      const bytes = await readFile(file);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(bytes.byteLength);
      parts.push(length, bytes);
    }
    const upload = { bytes: Buffer.concat(parts), type: "application/octet-stream" } as const;
    await api.call<Answer<"putAssets">>(`${path}/files`, { method: "POST", upload });
    sent += batch.length;
  }
  return list;
}

function batchesOf(assets: readonly ProjectAsset[]): ProjectAsset[][] {
  const batches: ProjectAsset[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const asset of assets) {
    if (bytes + asset.bytes > TOGETHER_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(asset);
    bytes += asset.bytes + LENGTH_BYTES;
  }
  return batches;
}
