/**
 * A worker of threads.test.ts. It makes, switches and drops slots on a base image of the main thread, and counts wrong
 * bytes.
 */
import { parentPort, workerData } from "node:worker_threads";
import { BaseImage, type BaseImageDescriptor } from "./base-image.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { Delta } from "./delta.ts";
import { makeGuest, randomFrom } from "./memory.fixture.ts";
import { WASM_PAGE_BYTES } from "./page-size.ts";
import { SlotMemory } from "./slot-memory.ts";
import type { MemoryStrategy } from "./strategy.ts";

export interface ChurnOrder {
  descriptor: BaseImageDescriptor;
  strategy: MemoryStrategy;
  tenants: Uint8Array[];
  seed: number;
  rounds: number;
}

const { descriptor, strategy, tenants, seed, rounds } = workerData as ChurnOrder;
const random = randomFrom(seed);
const base = BaseImage.open(descriptor);
const deltas = tenants.map((bytes) => Delta.decode(bytes));
const expected = deltas.map((delta) => {
  const bytes = Buffer.from(base.bytes);
  delta.applyTo(bytes);
  return bytes;
});

function makeSlot() {
  const memory = new WebAssembly.Memory({ initial: base.byteLength / WASM_PAGE_BYTES, maximum: 64 });
  return { memory, guest: makeGuest(memory), slot: new SlotMemory(memory, base, { strategy }) };
}

const slots = [makeSlot(), makeSlot(), makeSlot()];
let wrong = 0;
for (let round = 0; round < rounds; round++) {
  const index = random(slots.length);
  if (random(20) === 0) {
    // Half of the slots are only forgotten, so that the collector finds them.
    if (random(2) === 0) slots[index]!.slot[Symbol.dispose]();
    slots[index] = makeSlot();
  }
  if (random(100) === 0) collectGarbage();
  const { memory, guest, slot } = slots[index]!;
  if (random(30) === 0 && memory.buffer.byteLength < 20 * WASM_PAGE_BYTES) guest.grow(1);
  const tenant = random(deltas.length);
  slot.switchTo([deltas[tenant]!]);
  const bytes = Buffer.from(memory.buffer);
  if (!bytes.subarray(0, base.byteLength).equals(expected[tenant]!)) wrong++;
  if (bytes.subarray(base.byteLength).some((byte) => byte !== 0)) wrong++;
  for (let i = 0; i < 10; i++) guest.fill(random(bytes.length - 9000), seed, random(9000));
}
parentPort!.postMessage({ wrong, rounds });
