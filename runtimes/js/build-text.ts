import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildJavaScript } from "./build-tenant.ts";

/** Builds a program from its text in the same way as a user's project, bundler included. */
export async function buildText(source: string): Promise<Uint8Array> {
  return withProgram(source, async (folder) => (await buildJavaScript(folder, {})).component);
}

/** Gives a project's folder, with `index.js` in it, for as long as `use` takes. */
export async function withProgram<T>(source: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "plinth-bench-"));
  try {
    await writeFile(path.join(folder, "index.js"), source);
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "bench", main: "index.js" }));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
