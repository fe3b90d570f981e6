/** A Go program as a component with everything inside, for the world `scheduled-service` of wit/http.wit. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { componentEmbed, componentNew, preview1AdapterReactorPath } from "@bytecodealliance/jco";
import { withEarlyMemory } from "./early-memory.ts";

const httpWit = join(import.meta.dirname, "../../../wit/http.wit");

/**
 * @param module a program with the SDK, built with -buildmode=c-shared for WASI preview 1
 * @throws Error where it is none
 */
export async function staticComponent(module: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const embedded = await componentEmbed({
    binary: withEarlyMemory(module),
    witSource: readFileSync(httpWit, "utf8"),
    world: "scheduled-service",
  });
  const adapter = readFileSync(preview1AdapterReactorPath());
  return new Uint8Array(await componentNew(embedded, [["wasi_snapshot_preview1", adapter]]));
}
