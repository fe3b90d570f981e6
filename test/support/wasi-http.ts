/** Components for the standard's own world, `wasi:http/proxy`, as their toolchain builds them. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentize } from "@bytecodealliance/componentize-js";

/** The patch release that componentize-js's engine is made for. */
const VERSION = "0.2.10";

/** The standard's WIT, as jco has it, of a later patch release. */
const standard = fileURLToPath(new URL("../lib/wit/builtin/0.2.12", import.meta.resolve("@bytecodealliance/jco")));

const WORLD = `package example:program;\n\nworld program {\n  include wasi:http/proxy@${VERSION};\n}\n`;

/** Builds a service worker, which answers by its `fetch` event, with componentize-js. */
export async function buildFetchEvent(source: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-wasi-http-"));
  try {
    for (const name of await readdir(standard)) {
      const wit = await readFile(join(standard, name, "package.wit"), "utf8");
      await mkdir(join(folder, "wit", "deps", name), { recursive: true });
      await writeFile(join(folder, "wit", "deps", name, "package.wit"), wit.replaceAll("@0.2.12", `@${VERSION}`));
    }
    await writeFile(join(folder, "wit", "world.wit"), WORLD);
    const sourcePath = join(folder, "source.js");
    await writeFile(sourcePath, source);
    const { component } = await componentize({ sourcePath, witPath: join(folder, "wit"), worldName: "program" });
    return component;
  } finally {
    await rm(folder, { recursive: true });
  }
}
