/**
 * A worker's view of deployed artifacts: read from immutable files at first use, kept while there is room. Reading is
 * synchronous on purpose: a worker runs one step at a time, and a delta of a few KB costs tens of microseconds.
 */
import { readFileSync } from "node:fs";
import { LRUCache } from "lru-cache";
import { loadResumableGlue, type ResumableGlue } from "../component/glue/glue.ts";
import { Delta } from "../memory/index.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import { GlueCache } from "./glue-cache.ts";
import type { TenantFunctions } from "./tenant-table.ts";

/** Encoded bytes of deltas kept per worker. A tenant that falls out is read from its file again. */
const DELTA_CACHE_BYTES = 16 << 20;

/** Compiled modules of tenants kept per worker. A small one takes some 18 KB. */
const MODULES_KEPT = 1_000;

export class Artifacts {
  readonly #deltas = new LRUCache<string, readonly [Delta]>({
    maxSize: DELTA_CACHE_BYTES,
    // One that is larger than all the room is kept alone: a delta that is not kept would be read again in every step.
    sizeCalculation: ([{ bytes }]) => Math.min(bytes.byteLength, DELTA_CACHE_BYTES),
  });
  readonly #functions = new LRUCache<string, TenantFunctions>({ max: MODULES_KEPT });
  readonly #glue = new GlueCache(loadResumableGlue);

  /** The layers of a tenant's image: always the same array for the same image, so that a switch can tell by identity. */
  image(delta: BlobRef): readonly [Delta] {
    let layers = this.#deltas.get(delta.key);
    if (layers === undefined) {
      layers = [Delta.decode(readFileSync(delta.path))];
      this.#deltas.set(delta.key, layers);
    }
    return layers;
  }

  /** A tenant's functions, compiled: V8 keeps the code of equal modules once for all threads of the process. */
  functions({ module, count }: { module: BlobRef; count: number }): TenantFunctions {
    let known = this.#functions.get(module.key);
    if (known === undefined) {
      known = { key: module.key, module: new WebAssembly.Module(readFileSync(module.path)), count };
      this.#functions.set(module.key, known);
    }
    return known;
  }

  glue(ref: BlobRef): ResumableGlue {
    return this.#glue.take(ref);
  }
}
