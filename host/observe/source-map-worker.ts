/** The thread that reads the tenants' source maps. */
import { SourceMap, type SourceMapPayload } from "node:module";
import { LRUCache } from "lru-cache";
import { readBlob } from "../blobs/read-blob.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import { mapStack } from "./source-map.ts";

export interface MapTask {
  /** Lines of the log. */
  readonly texts: readonly string[];
  /** The map: JSON in UTF-8. */
  readonly map: BlobRef;
}

/** Maps that are kept. A program that fails once usually fails again. */
const KEPT = 4;

const maps = new LRUCache<string, SourceMap>({ max: KEPT });

export default async function run({ texts, map }: MapTask): Promise<string[]> {
  const taken = await take(map);
  return texts.map((text) => mapStack(text, taken));
}

async function take(ref: BlobRef): Promise<SourceMap> {
  const map = maps.get(ref.key) ?? new SourceMap(JSON.parse((await readBlob(ref)).toString()) as SourceMapPayload);
  maps.set(ref.key, map);
  return map;
}
