/** Makes a static component of a Go program, with its exports, its imports and the adapter to WASI 0.2. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { componentEmbed, componentNew, preview1AdapterReactorPath } from "@bytecodealliance/jco";
import { withEarlyMemory } from "./early-memory.ts";

/** Build tag for the form of the SDK that calls the bindings by WIT. */
export const componentTag = "plinthcomponent";

/** The world of a program. Interfaces that a program does not use are left out. */
const world = `
world program {
  include scheduled-service;
  import plinth:kv/store@0.1.0;
  import plinth:fetch/client@0.1.0;
}
`;

/**
 * @param module a program with the SDK, built with -buildmode=c-shared for WASI preview 1 and with `componentTag`
 * @throws Error if the module is no such program
 */
export async function staticComponent(module: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const embedded = await componentEmbed({
    binary: withEarlyMemory(module),
    witSource: [wit("http"), world, nested(wit("kv")), nested(wit("fetch"))].join("\n"),
    world: "program",
  });
  const adapter = readFileSync(preview1AdapterReactorPath());
  return new Uint8Array(await componentNew(embedded, [["wasi_snapshot_preview1", adapter]]));
}

function wit(name: string): string {
  return readFileSync(join(import.meta.dirname, `../../../wit/${name}.wit`), "utf8");
}

/** Turns the text of a package's own file into a package within another file. */
function nested(text: string): string {
  return `${text.replace(/^(package [^;]+);/m, "$1 {")}\n}`;
}
