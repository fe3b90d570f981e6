/**
 * V8 compiles a WebAssembly function when it is first called, and again when it is hot. So that no customer pays for
 * that, each runtime brings a small program, which the host runs at boot (pool/warm-slots.ts).
 */
import type { TenantLimits } from "../config/limits.ts";
import { stepLimits } from "../pool/step-limits.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Store } from "../store/store.ts";
import type { Deployer } from "./deployer.ts";

export interface WarmUpOptions {
  runtimes: readonly Runtime[];
  deployer: Deployer;
  store: Store;
  limits: TenantLimits;
}

/** @returns the runtimes' own programs, deployed */
export async function warmUpPrograms({ runtimes, deployer, store, limits }: WarmUpOptions): Promise<SlotProgram[]> {
  const blob = async (bytes: Uint8Array): Promise<BlobRef> => {
    const key = await store.putBlob(bytes);
    return { key, path: store.blobPath(key) };
  };
  const programs: SlotProgram[] = [];
  for (const { warmUpComponent } of runtimes) {
    if (warmUpComponent === null) continue;
    const prepared = await deployer.prepare(warmUpComponent, "", null);
    if (prepared.kind !== "slim") throw new Error("a warm-up program is a slim component");
    const { runtime, globals, pages, functions } = prepared;
    const module = functions && { module: await blob(functions.module), count: functions.count };
    programs.push({
      runtime,
      image: { delta: await blob(prepared.delta), functions: module, globals, pages },
      reuse: null,
      grants: null,
      glue: await blob(Buffer.from(prepared.glue)),
      limits: { ...stepLimits(limits), hardMs: limits.wallMs, logBytes: 0 },
    });
  }
  return programs;
}
