import type { TenantFunctionsRef } from "../protocol/artifact.ts";
import type { NewVersion, Store } from "../store/store.ts";
import { readSlimMeta } from "./slim-meta.ts";

/** The functions that a version brings; null if it brings none to a runtime's table. */
export function functionsOf(
  store: Pick<Store, "blobPath">,
  { kind, artifacts, meta }: Pick<NewVersion, "kind" | "artifacts" | "meta">,
): TenantFunctionsRef | null {
  const count = kind === "slim" ? readSlimMeta(meta).functionCount : undefined;
  const key = artifacts.functions;
  return count === undefined || key === undefined ? null : { module: { key, path: store.blobPath(key) }, count };
}
