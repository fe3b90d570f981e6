/** The thread that reads the tenants' source maps. */
import { readFile } from "node:fs/promises";
import { SourceMap, type SourceMapPayload } from "node:module";
import { LRUCache } from "lru-cache";
import { mapStack } from "./source-map.ts";

export interface MapTask {
  readonly stack: string;
  readonly file: string;
}

/** Maps that are kept. A program that fails once usually fails again. */
const KEPT = 4;

const maps = new LRUCache<string, SourceMap>({ max: KEPT });

export default async function run({ stack, file }: MapTask): Promise<string> {
  return mapStack(stack, await take(file));
}

async function take(file: string): Promise<SourceMap> {
  const map = maps.get(file) ?? new SourceMap(JSON.parse(await readFile(file, "utf8")) as SourceMapPayload);
  maps.set(file, map);
  return map;
}
