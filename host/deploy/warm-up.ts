/**
 * V8 compiles a WebAssembly function when it is first called, and again when it is hot. So that no customer pays for
 * that, each runtime runs its own small program at boot; V8 shares the code among all threads.
 */
import type { TenantLimits } from "../config/limits.ts";
import { HOST, type SlotPool } from "../pool/slot-pool.ts";
import { stepLimits } from "../pool/step-limits.ts";
import type { BlobRef } from "../protocol/artifact.ts";
import type { SlotProgram, SlotStep } from "../protocol/slot-step.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Store } from "../store/store.ts";
import type { Deployer } from "./deployer.ts";

export interface WarmUpOptions {
  runtimes: readonly Runtime[];
  deployer: Deployer;
  store: Store;
  slots: SlotPool;
  limits: TenantLimits;
}

/** Requests run for each runtime: enough for the optimizing compiler to have seen the switch and the call. */
const REQUESTS = 200;

export async function warmUp({ runtimes, deployer, store, slots, limits }: WarmUpOptions): Promise<void> {
  for (const { warmUpComponent } of runtimes) {
    if (warmUpComponent === null) continue;
    const prepared = await deployer.prepare(warmUpComponent, "", null);
    if (prepared.kind !== "slim") throw new Error("a warm-up program is a slim component");
    const { runtime, globals, pages, functions } = prepared;
    const blob = async (bytes: Uint8Array): Promise<BlobRef> => {
      const key = await store.putBlob(bytes);
      return { key, path: store.blobPath(key) };
    };
    const module = functions && { module: await blob(functions.module), count: functions.count };
    const program: SlotProgram = {
      runtime,
      image: { delta: await blob(prepared.delta), functions: module, globals, pages },
      reuse: null,
      grants: null,
      glue: await blob(Buffer.from(prepared.glue)),
      limits: { ...stepLimits(limits), hardMs: limits.wallMs, logBytes: 0 },
    };
    const step: SlotStep = {
      program,
      limits: program.limits,
      input: {
        kind: "start",
        request: { method: "POST", uri: "http://warm-up/", headers: [["accept", "*/*"]], body: new Uint8Array(64) },
      },
    };
    slots.warmThreadsWith(step);
    const lane = async () => {
      for (let i = 0; i < REQUESTS / slots.workers; i++) {
        const { outcome } = await slots.run(HOST, step);
        if (outcome.tag !== "response") throw new Error(`the warm-up of ${runtime}: ${JSON.stringify(outcome)}`);
      }
    };
    await Promise.all(Array.from({ length: slots.workers }, lane));
  }
}
