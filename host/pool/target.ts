/** The target of a request: a tenant's active version, resolved to artifacts and limits. */
import type { Grants } from "../bindings/binding.ts";
import type { TenantLimits } from "../config/limits.ts";
import type { BlobRef, TenantImageRef } from "../protocol/artifact.ts";
import type { Sha256, TenantName } from "../store/names.ts";

interface TargetBase {
  tenant: TenantName;
  version: number;
  limits: TenantLimits;
  /** The tenant's grants; the object `noGrants` itself if it has none. */
  grants: Grants;
  /** Maps the stack of an error to the tenant's sources in its log. */
  sourceMap: Sha256 | null;
}

export interface SlimTarget extends TargetBase {
  kind: "slim";
  /** `name@version`. */
  runtime: string;
  image: TenantImageRef;
  /** Whether the version has the isolation "reuse". */
  reuse: boolean;
  glue: BlobRef;
}

export interface StaticTarget extends TargetBase {
  kind: "static";
  component: Sha256;
  glue: BlobRef;
  coreModules: readonly { fileName: string; blob: BlobRef }[];
}

/** A WASI command. */
export interface WasiTarget extends TargetBase {
  kind: "wasi";
  component: Sha256;
  module: BlobRef;
}

export type Target = SlimTarget | StaticTarget | WasiTarget;
