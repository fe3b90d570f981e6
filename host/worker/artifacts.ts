/**
 * The deployed artifacts that a worker has in memory. It reads an immutable file at first use, checks it against its hash,
 * and keeps the artifact while there is room. Reading is synchronous on purpose: a worker runs one step at a time, and a
 * delta of a few KB costs tens of microseconds. All methods throw BlobCorrupt.
 */
import { LRUCache } from "lru-cache";
import { readBlobSync } from "../blobs/read-blob.ts";
import { loadResumableGlue, type ResumableGlue } from "../component/glue/glue.ts";
import { Delta } from "../memory/index.ts";
import type { BlobRef, TenantFunctionsRef } from "../protocol/artifact.ts";
import { GlueCache } from "./glue-cache.ts";
import type { TenantFunctions } from "./tenant-table.ts";

/** Bytes of encoded deltas that a worker keeps. A delta that falls out is read from its file again. */
const DELTA_CACHE_BYTES = 16 << 20;

/** Compiled modules of small tenants that a worker keeps. A module takes some 18 KB. */
const MODULES_KEPT = 1_000;

export class Artifacts {
  readonly #deltas = new LRUCache<string, readonly [Delta]>({
    maxSize: DELTA_CACHE_BYTES,
    // A delta larger than all the room is kept alone, since otherwise every step would read it again.
    sizeCalculation: ([{ bytes }]) => Math.min(bytes.byteLength, DELTA_CACHE_BYTES),
  });
  readonly #functions = new LRUCache<string, TenantFunctions>({ max: MODULES_KEPT });
  readonly #glue = new GlueCache(loadResumableGlue);

  /** The layers of a tenant's image. An image always has the same delta object, by which a switch recognizes it. */
  image(delta: BlobRef): readonly [Delta] {
    let layers = this.#deltas.get(delta.key);
    if (layers === undefined) {
      layers = [Delta.decode(readBlobSync(delta))];
      this.#deltas.set(delta.key, layers);
    }
    return layers;
  }

  /**
   * A tenant's compiled functions. V8 keeps the code of equal modules once for all threads of the process.
   *
   * @param code the compiled module, if the main thread has given it; nothing of it is kept here
   */
  functions({ module, count }: TenantFunctionsRef, code: WebAssembly.Module | null = null): TenantFunctions {
    if (code !== null) return { key: module.key, module: code, count };
    let known = this.#functions.get(module.key);
    if (known === undefined) {
      known = { key: module.key, module: new WebAssembly.Module(readBlobSync(module)), count };
      this.#functions.set(module.key, known);
    }
    return known;
  }

  glue(ref: BlobRef): ResumableGlue {
    return this.#glue.take(ref);
  }
}
