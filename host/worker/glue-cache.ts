import { LRUCache } from "lru-cache";
import { readBlobSync } from "../blobs/read-blob.ts";
import type { BlobRef } from "../protocol/artifact.ts";

/** Bounds of one worker. Tenants can make up shapes, and the glue of one shape may have 4 Mi characters. */
const MOST: GlueBounds = { entries: 64, characters: 16 << 20 };

export interface GlueBounds {
  entries: number;
  /** Characters of all sources together, since V8 keeps the source of evaluated glue. */
  characters: number;
}

interface Entry<Glue> {
  glue: Glue;
  characters: number;
}

/**
 * Keeps the evaluated glue that was used last, by its hash. Glue depends only on a component's shape, so most tenants
 * share the glue of their toolchain, and that glue stays because it is used. Other glue that falls out is read and
 * evaluated again.
 */
export class GlueCache<Glue> {
  readonly #load: (source: string) => Glue;
  readonly #entries: LRUCache<string, Entry<Glue>>;

  /** @param load evaluates a source */
  constructor(load: (source: string) => Glue, { entries, characters }: GlueBounds = MOST) {
    this.#load = load;
    this.#entries = new LRUCache({
      max: entries,
      maxSize: characters,
      // The cache takes no entry of size 0, so an empty source counts as one character.
      sizeCalculation: (entry) => Math.max(1, entry.characters),
    });
  }

  /** @throws BlobCorrupt */
  take(ref: BlobRef): Glue {
    const known = this.#entries.get(ref.key);
    if (known !== undefined) return known.glue;
    const source = readBlobSync(ref).toString();
    const glue = this.#load(source);
    this.#entries.set(ref.key, { glue, characters: source.length });
    return glue;
  }
}
