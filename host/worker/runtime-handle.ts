/** The form of a runtime that the main thread posts to workers. It is compiled once, and all threads share the code. */
import type { BaseImageDescriptor } from "../memory/index.ts";
import type { GlobalValue } from "../protocol/artifact.ts";

export interface RuntimeHandle {
  /** `name@version`, e.g. "plinth:js@1.0.0". */
  key: string;
  /** The thin module; V8 shares its native code between threads. */
  module: WebAssembly.Module;
  base: BaseImageDescriptor;
  /** The mutable globals that a switch sets, and their values in the base image. */
  globals: readonly { exportName: string; value: GlobalValue }[];
  /** Table index of a tenant's first function; null if tenants have no functions of their own. */
  tenantFunctions: number | null;
  /** Size of the memory after the runtime's start-up, in pages of 64 KiB. */
  initialPages: number;
  /** Declared maximum of the memory, in pages of 64 KiB. */
  maximumPages: number;
}
