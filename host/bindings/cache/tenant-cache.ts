/** The responses that one tenant keeps. If there is no room, the longest unused one goes. */
import { LRUCache } from "lru-cache";
import { type Fields, fieldOf, varyOf } from "./freshness.ts";

export interface CacheKey {
  /** The name of the cache. */
  readonly cache: string;
  readonly url: string;
  /** The request's fields. */
  readonly fields: Fields;
}

export interface Matching {
  readonly ignoreSearch?: boolean;
  readonly ignoreVary?: boolean;
}

export interface CachedResponse {
  readonly status: number;
  readonly statusText: string;
  readonly fields: Fields;
  readonly body: Uint8Array;
  /** When it was put, ms since the epoch. */
  readonly since: number;
  /** ms since the epoch, or null. */
  readonly until: number | null;
}

interface Variant extends CachedResponse {
  /** The values of the request's fields that `vary` names. */
  readonly varied: Fields;
}

/** URLs of a tenant in all its caches. */
export const MOST_URLS = 1_000;
/** Responses of a URL, which differ by their Vary. */
export const MOST_VARIANTS = 16;
/** Bytes of a response and of a URL, beside their texts. */
const OVERHEAD_BYTES = 256;

export class TenantCache {
  readonly #limitBytes: number;
  readonly #urls: LRUCache<string, readonly Variant[]>;

  /** @param limitBytes of all texts and bodies */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#urls = new LRUCache({
      max: MOST_URLS,
      maxSize: limitBytes,
      sizeCalculation: (variants, key) => sizeOf(key, variants),
    });
  }

  get bytes(): number {
    return this.#urls.calculatedSize;
  }

  /** Whether a response fits when all others have gone. */
  static fits(key: CacheKey, response: CachedResponse, limitBytes: number): boolean {
    return sizeOf(keyOf(key), [{ ...response, varied: key.fields }]) <= limitBytes;
  }

  match(key: CacheKey, how: Matching, now: number): CachedResponse | undefined {
    for (const url of this.#keysOf(key, how)) {
      const found = this.#urls.get(url)?.find((variant) => isFresh(variant, now) && isFor(variant, key, how));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Keeps a response in place of the one that `match` would find. */
  put(key: CacheKey, response: CachedResponse, now: number): void {
    const names = varyOf(response.fields) ?? [];
    const varied = names.map((name) => [name, fieldOf(key.fields, name) ?? ""] as const);
    const others = (this.#urls.get(keyOf(key)) ?? []).filter(
      (variant) => isFresh(variant, now) && !isFor(variant, key, {}),
    );
    // The array is a copy of the frame's part, which would keep the whole frame.
    const body = new Uint8Array(response.body);
    const variants = [{ ...response, body, varied }, ...others].slice(0, MOST_VARIANTS);
    while (sizeOf(keyOf(key), variants) > this.#limitBytes) variants.pop();
    this.#urls.set(keyOf(key), variants);
  }

  /** @returns whether there was a response */
  delete(key: CacheKey, how: Matching, now: number): boolean {
    let found = false;
    for (const url of this.#keysOf(key, how)) {
      const variants = this.#urls.get(url) ?? [];
      const left = variants.filter((variant) => isFresh(variant, now) && !isFor(variant, key, how));
      found ||= variants.some((variant) => isFresh(variant, now) && isFor(variant, key, how));
      if (left.length === 0) this.#urls.delete(url);
      else this.#urls.set(url, left);
    }
    return found;
  }

  /** Drops the URL that was used longest ago. */
  shrink(): void {
    this.#urls.pop();
  }

  #keysOf(key: CacheKey, { ignoreSearch = false }: Matching): string[] {
    const own = keyOf(key);
    if (!ignoreSearch) return this.#urls.has(own) ? [own] : [];
    const path = withoutSearch(own);
    return [...this.#urls.keys()].filter((other) => withoutSearch(other) === path);
  }
}

function keyOf({ cache, url }: CacheKey): string {
  // No URL has a space, so that none can be taken for part of a name.
  return `${cache} ${url.split("#")[0]}`;
}

function withoutSearch(key: string): string {
  const at = key.indexOf("?", key.lastIndexOf(" "));
  return at < 0 ? key : key.slice(0, at);
}

function isFresh({ until }: CachedResponse, now: number): boolean {
  return until === null || until > now;
}

function isFor({ varied }: Variant, { fields }: CacheKey, { ignoreVary = false }: Matching): boolean {
  return ignoreVary || varied.every(([name, value]) => (fieldOf(fields, name) ?? "") === value);
}

function sizeOf(key: string, variants: readonly Variant[]): number {
  const texts = (fields: Fields) => fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return variants.reduce(
    (sum, { fields, varied, body, statusText }) =>
      sum + texts(fields) + texts(varied) + statusText.length + body.length + OVERHEAD_BYTES,
    key.length + OVERHEAD_BYTES,
  );
}
