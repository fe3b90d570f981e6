/** A runtime as the main thread posts it to a worker: compiled once, shared by all. */
import type { BaseImageDescriptor } from "../memory/index.ts";
import type { GlobalValue } from "../protocol/artifact.ts";

export interface RuntimeHandle {
  /** `name@version`, e.g. "plinth:js@1.0.0". */
  key: string;
  /** The thin module; V8 shares its native code between threads. */
  module: WebAssembly.Module;
  base: BaseImageDescriptor;
  /** The mutable globals to set on a switch, and their values in the base image. */
  globals: readonly { exportName: string; value: GlobalValue }[];
  /** Table index of a tenant's first function; null where tenants have no functions of their own. */
  tenantFunctions: number | null;
  /** Size of the memory after the runtime's start-up, in 64 KiB wasm pages. */
  initialPages: number;
  /** Declared maximum of the memory, in 64 KiB wasm pages. */
  maximumPages: number;
}
