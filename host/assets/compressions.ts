/** Compressed forms of files. Node's thread pool makes them one after the other, beside the requests that want them. */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { LRUCache } from "lru-cache";
import type { Asset } from "./site.ts";

export const codings = ["br", "gzip"] as const;

export type Coding = (typeof codings)[number];

/** The most forms that wait to be made. A file whose form is not asked for again gets none. */
const MOST_WAITING = 100;
/** A form that saves less is not worth its place. */
const WORTHWHILE = 0.9;
const BROTLI_QUALITY = 5;
const NONE = Buffer.alloc(0);

const compress = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
      },
    }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
};

export class Compressions {
  readonly #kept: LRUCache<string, Buffer>;
  readonly #bytesOf: (asset: Asset) => Promise<Buffer>;
  readonly #waiting = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  /** @param kept has the forms, under the file's hash and the coding. An empty form says that it is not worth having */
  constructor(kept: LRUCache<string, Buffer>, bytesOf: (asset: Asset) => Promise<Buffer>) {
    this.#kept = kept;
    this.#bytesOf = bytesOf;
  }

  /** A form; undefined if there is none, or none yet. @param charge is told of the time that a thread spends, ms */
  get(asset: Asset, coding: Coding, charge: (ms: number) => void): Buffer | undefined {
    const key = `${asset.hash} ${coding}`;
    const form = this.#kept.get(key);
    if (form !== undefined) return form.byteLength === 0 ? undefined : form;
    if (!this.#waiting.has(key) && this.#waiting.size < MOST_WAITING) {
      this.#waiting.add(key);
      this.#last = this.#last
        .then(() => this.#make(key, asset, coding, charge))
        // A file that cannot be read is reported by the request that needs its bytes.
        .catch(() => {})
        .finally(() => this.#waiting.delete(key));
    }
    return undefined;
  }

  async #make(key: string, asset: Asset, coding: Coding, charge: (ms: number) => void): Promise<void> {
    const bytes = await this.#bytesOf(asset);
    const began = performance.now();
    const form = await compress[coding](bytes);
    charge(performance.now() - began);
    this.#kept.set(key, form.byteLength < bytes.byteLength * WORTHWHILE ? form : NONE);
    if (!this.#kept.has(key)) this.#kept.set(key, NONE);
  }
}
