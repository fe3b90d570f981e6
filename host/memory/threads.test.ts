import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { BaseImage } from "./base-image.ts";
import type { ChurnOrder } from "./churn.fixture.ts";
import { makeGuest, randomFrom, randomImage, strategies } from "./memory.fixture.ts";
import { WASM_PAGE_BYTES } from "./page-size.ts";
import { SlotMemory } from "./slot-memory.ts";

function start(order: ChurnOrder): Worker {
  return new Worker(new URL("./churn.fixture.ts", import.meta.url), { workerData: order });
}

describe.each(strategies)("threads on one base by %s", (strategy) => {
  function prepare() {
    const random = randomFrom(11);
    const image = randomImage(6 * WASM_PAGE_BYTES, random);
    const base = BaseImage.create(image, {
      backing: strategy === "copy" ? "shared" : "memfd",
      extendBytes: WASM_PAGE_BYTES,
    });
    const memory = new WebAssembly.Memory({ initial: 7, maximum: 7 });
    const guest = makeGuest(memory);
    const slot = new SlotMemory(memory, base, { strategy });
    const tenants = Array.from({ length: 5 }, (_, tenant) => {
      slot.switchTo([]);
      for (let i = 0; i < 20; i++) guest.fill(random(6 * WASM_PAGE_BYTES), tenant + 1, random(900));
      return slot.capture([]).bytes;
    });
    const order = (seed: number, rounds: number): ChurnOrder => ({
      descriptor: base.descriptor(),
      strategy,
      tenants,
      seed,
      rounds,
    });
    return { base, image, order };
  }

  test("four workers make, switch, grow, drop and collect slots without a wrong byte", async () => {
    const { base, image, order } = prepare();
    const workers = [1, 2, 3, 4].map((seed) => start(order(seed, 400)));
    const results = await Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0]));
    expect(results).toEqual(Array(4).fill({ wrong: 0, rounds: 400 }));
    expect(base.bytes.subarray(0, image.length).equals(image)).toBe(true);
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  test("a worker terminated in the middle leaves base and neighbours whole", async () => {
    const { base, image, order } = prepare();
    const neighbour = start(order(5, 300));
    const done = once(neighbour, "message");
    for (let round = 0; round < 3; round++) {
      const victim = start(order(10 + round, 1_000_000));
      await once(victim, "online");
      await new Promise((resolve) => setTimeout(resolve, 80));
      await victim.terminate();
    }
    expect((await done)[0]).toEqual({ wrong: 0, rounds: 300 });
    expect(base.bytes.subarray(0, image.length).equals(image)).toBe(true);
    await neighbour.terminate();
  });
});
