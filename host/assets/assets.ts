/** The static files of all tenants' versions, as the ingress and the binding answer with them. */
import { LRUCache } from "lru-cache";
import { KIB, MIB } from "../config/limits.ts";
import type { Sha256 } from "../store/names.ts";
import { AssetFiles, type AssetFilesOptions } from "./asset-files.ts";
import { decodeAssetList } from "./asset-list.ts";
import { Site, type SiteConfig } from "./site.ts";

/** A version's files: their list, and the settings of its manifest. */
export interface VersionAssets extends SiteConfig {
  readonly list: Sha256;
  /** Paths that go to the program first: all, none, or those of the patterns. */
  readonly runWorkerFirst: boolean | readonly string[];
}

/** The most memory of the sites of versions that were asked for, estimated. */
const SITES_BYTES = 64 * MIB;
/** Memory of a file's place in a site beyond its text, estimated. */
const TIMES_LIST = 3;

export class Assets {
  readonly files: AssetFiles;
  readonly #sites: LRUCache<string, { site: Site; bytes: number }, VersionAssets>;

  constructor(options: AssetFilesOptions) {
    this.files = new AssetFiles(options);
    this.#sites = new LRUCache<string, { site: Site; bytes: number }, VersionAssets>({
      maxSize: SITES_BYTES,
      sizeCalculation: ({ bytes }) => Math.min(KIB + bytes * TIMES_LIST, SITES_BYTES),
      fetchMethod: async (_key, _stale, { context }) => {
        const list = await this.files.bytes({ hash: context.list, bytes: Number.POSITIVE_INFINITY });
        return { site: new Site(decodeAssetList(list), context), bytes: list.byteLength };
      },
    });
  }

  /** The site of a version. If it was asked for before, it is there at once. @throws PLINTH_BLOB_CORRUPT */
  site(version: VersionAssets): Site | Promise<Site> {
    const key = `${version.list} ${version.htmlHandling} ${version.notFound}`;
    return this.#sites.get(key)?.site ?? this.#sites.fetch(key, { context: version }).then((loaded) => loaded!.site);
  }
}

/** Whether a path goes to the program first. A pattern with "!" makes an exception. */
export function isForProgram({ runWorkerFirst }: VersionAssets, path: string): boolean {
  if (typeof runWorkerFirst === "boolean") return runWorkerFirst;
  const matches = (pattern: string) =>
    pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
  const exceptions = runWorkerFirst.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  return !exceptions.some(matches) && runWorkerFirst.some(matches);
}
