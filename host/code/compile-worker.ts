/** Entry of the thread (piscina) that reads and compiles tenants' large modules. V8 shares their code with all threads. */
import { setFlagsFromString } from "node:v8";
import { BlobCorrupt, readBlob } from "../blobs/read-blob.ts";
import { compiledAhead } from "../component/write/compile-ahead.ts";
import type { BlobRef } from "../protocol/artifact.ts";

// The flag holds for the whole process. Tenants' modules have lost hints of their own (component/write/endable.ts).
setFlagsFromString("--experimental-wasm-compilation-hints");

export interface CompileTask {
  module: BlobRef;
  /** Whether all functions are compiled now, and not each at its first call. */
  ahead: boolean;
}

/** @returns null if the file is missing or damaged */
export default async function compile({ module, ahead }: CompileTask): Promise<WebAssembly.Module | null> {
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = await readBlob(module);
  } catch (error) {
    if (error instanceof BlobCorrupt) return null;
    throw error;
  }
  return WebAssembly.compile(ahead ? compiledAhead(bytes) : bytes);
}
