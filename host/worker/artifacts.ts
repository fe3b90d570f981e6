/**
 * A worker's view of deployed artifacts: read from immutable files at first use, kept while there is room. Reading is
 * synchronous on purpose: a worker runs one step at a time, and a delta of a few KB costs tens of microseconds.
 */
import { readFileSync } from "node:fs";
import { loadResumableGlue, type ResumableGlue } from "../component/glue/glue.ts";
import { Delta } from "../memory/index.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import type { TenantFunctions } from "./tenant-table.ts";

/** Encoded bytes of deltas kept per worker. A tenant that falls out is read from its file again. */
const DELTA_CACHE_BYTES = 16 << 20;

/** Compiled modules of tenants kept per worker. A small one takes some 18 KB. */
const MODULES_KEPT = 1_000;

/** Evaluated glue kept per worker. */
const GLUE_ENTRIES = 64;

export class Artifacts {
  readonly #deltas = new Map<string, readonly [Delta]>();
  readonly #functions = new Map<string, TenantFunctions>();
  readonly #glue = new Map<string, ResumableGlue>();
  #deltaBytes = 0;

  /** The layers of a tenant's image: always the same array for the same image, so that a switch can tell by identity. */
  image(delta: BlobRef): readonly [Delta] {
    const known = this.#deltas.get(delta.key);
    if (known !== undefined) {
      // Re-inserted: the map's order is the order of use.
      this.#deltas.delete(delta.key);
      this.#deltas.set(delta.key, known);
      return known;
    }
    const layers = [Delta.decode(readFileSync(delta.path))] as const;
    this.#deltas.set(delta.key, layers);
    this.#deltaBytes += layers[0].bytes.byteLength;
    for (const [key, [old]] of this.#deltas) {
      if (this.#deltaBytes <= DELTA_CACHE_BYTES || key === delta.key) break;
      this.#deltas.delete(key);
      this.#deltaBytes -= old.bytes.byteLength;
    }
    return layers;
  }

  /** A tenant's functions, compiled: V8 keeps the code of equal modules once for all threads of the process. */
  functions({ module, count }: { module: BlobRef; count: number }): TenantFunctions {
    let known = this.#functions.get(module.key);
    if (known === undefined) {
      known = { key: module.key, module: new WebAssembly.Module(readFileSync(module.path)), count };
    }
    this.#functions.delete(module.key);
    this.#functions.set(module.key, known);
    if (this.#functions.size > MODULES_KEPT) {
      const [oldest] = this.#functions.keys();
      if (oldest !== undefined) this.#functions.delete(oldest);
    }
    return known;
  }

  /** Glue depends on a component's shape alone; there are as many as there are toolchain versions in use, or as someone makes up. */
  async glue(ref: BlobRef): Promise<ResumableGlue> {
    const glue = this.#glue.get(ref.key) ?? (await loadResumableGlue(ref.key, readFileSync(ref.path, "utf8")));
    this.#glue.delete(ref.key);
    this.#glue.set(ref.key, glue);
    if (this.#glue.size > GLUE_ENTRIES) {
      const [oldest] = this.#glue.keys();
      if (oldest !== undefined) this.#glue.delete(oldest);
    }
    return glue;
  }
}
