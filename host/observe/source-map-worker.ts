/** The thread that reads the tenants' source maps. */
import { LRUCache } from "lru-cache";
import { readBlob } from "../blobs/read-blob.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import { ProgramMap } from "./source-map.ts";

export interface MapTask {
  /** Lines of the log. */
  readonly texts: readonly string[];
  /** The map: JSON in UTF-8 (`StoredMap`). */
  readonly map: BlobRef;
}

/** Maps that are kept. A program that fails once usually fails again. */
const KEPT = 4;

const maps = new LRUCache<string, ProgramMap>({ max: KEPT });

export default async function run({ texts, map }: MapTask): Promise<string[]> {
  const taken = await take(map);
  return texts.map((text) => taken.mapStack(text));
}

async function take(ref: BlobRef): Promise<ProgramMap> {
  const map = maps.get(ref.key) ?? new ProgramMap((await readBlob(ref)).toString());
  maps.set(ref.key, map);
  return map;
}
