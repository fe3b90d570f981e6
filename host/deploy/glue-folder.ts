import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import type { GlueCache } from "../component/glue/transpile.ts";

/**
 * Files of glue, named by the hash of what the glue depends on. Glue can always be made again, so no file is made durable.
 */
export class GlueFolder implements GlueCache {
  readonly #folder: string;
  readonly #known = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(hash: string): Promise<string | undefined> {
    let glue = this.#known.get(hash);
    if (glue === undefined) {
      glue = await readFile(this.#path(hash), "utf8").catch(() => undefined);
      if (glue !== undefined) this.#known.set(hash, glue);
    }
    return glue;
  }

  async put(hash: string, glue: string): Promise<void> {
    this.#known.set(hash, glue);
    const temporary = `${this.#path(hash)}.${process.pid}.${threadId}`;
    await writeFile(temporary, glue);
    await rename(temporary, this.#path(hash));
  }

  #path(hash: string): string {
    return join(this.#folder, `${hash}.cjs`);
  }
}
