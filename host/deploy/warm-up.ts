/**
 * V8 compiles a WebAssembly function when it is first called, and again when it is hot. So that no customer pays for
 * that, each runtime brings a small program, which the host runs at boot (pool/warm-slots.ts).
 */

import type { TenantLimits } from "../config/limits.ts";
import { PlinthError } from "../errors.ts";
import { stepLimits } from "../pool/step-limits.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Store } from "../store/store.ts";
import type { Deployer } from "./deployer.ts";
import { keptWarmUp } from "./kept-warm-up.ts";

export interface WarmUpOptions {
  runtimes: readonly Runtime[];
  deployer: Deployer;
  store: Store;
  limits: TenantLimits;
  /** The folder in which prepared programs are kept from start to start. */
  folder: string;
}

/** Has an engine run the runtimes' own programs. If one that was kept does not run, all are prepared again. */
export async function warmUp(
  engine: { warm(programs: readonly SlotProgram[]): Promise<void> },
  options: WarmUpOptions,
): Promise<void> {
  const kept = await warmUpPrograms(options, false);
  await engine.warm(kept).catch(async (error) => {
    if (error instanceof PlinthError && error.code === "PLINTH_THREADS") throw error;
    await engine.warm(await warmUpPrograms(options, true));
  });
}

/** @returns the runtimes' own programs, deployed */
async function warmUpPrograms(
  { runtimes, deployer, store, limits, folder }: WarmUpOptions,
  isFresh: boolean,
): Promise<SlotProgram[]> {
  const blob = async (bytes: Uint8Array): Promise<BlobRef> => {
    const key = await store.putBlob(bytes);
    return { key, path: store.blobPath(key) };
  };
  const programs: SlotProgram[] = [];
  for (const of of runtimes) {
    const { warmUpComponent } = of;
    if (warmUpComponent === null) continue;
    const prepared = await keptWarmUp(folder, of, isFresh, async () => {
      const made = await deployer.prepare(warmUpComponent, "", null);
      if (made.kind !== "slim") throw new Error("a warm-up program is a slim component");
      return made;
    });
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
