import { hash as digest } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import type { GlueCache } from "../component/glue/transpile.ts";

/**
 * Keeps glue in files. A file's name is the hash of all that the glue depends on. Glue can always be made again, so no file
 * is made durable. The first line of a file is the hash of the rest, so that a damaged file counts as missing.
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
      glue = await readFile(this.#path(hash), "utf8").then(unsealed, () => undefined);
      if (glue !== undefined) this.#known.set(hash, glue);
    }
    return glue;
  }

  async put(hash: string, glue: string): Promise<void> {
    this.#known.set(hash, glue);
    const temporary = `${this.#path(hash)}.${process.pid}.${threadId}`;
    await writeFile(temporary, sealed(glue));
    await rename(temporary, this.#path(hash));
  }

  #path(hash: string): string {
    return join(this.#folder, `${hash}.cjs`);
  }
}

function sealed(glue: string): string {
  return `// ${digest("sha256", glue)}\n${glue}`;
}

/** @returns undefined if the text is not what `sealed` has made */
function unsealed(text: string): string | undefined {
  const glue = text.slice(text.indexOf("\n") + 1);
  return text === sealed(glue) ? glue : undefined;
}
