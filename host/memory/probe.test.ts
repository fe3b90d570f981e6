import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { probeMemoryStrategy } from "./probe.ts";

test("the best strategy is the first that works, and the others have a reason", () => {
  const { best, unavailable } = probeMemoryStrategy();
  expect(unavailable).not.toHaveProperty(best);
  expect(unavailable).not.toHaveProperty("copy");
  for (const reason of Object.values(unavailable)) expect(reason).toMatch(/\w+ \w+/);
  expect(best).toBe((["scan", "remap", "copy"] as const).find((strategy) => !(strategy in unavailable)));
});

test("where the C library cannot be called, images and slots are portable", () => {
  const index = JSON.stringify(new URL("./index.ts", import.meta.url).href);
  const script = `
    import { BaseImage, probeMemoryStrategy, SlotMemory } from ${index};
    const base = BaseImage.create(new Uint8Array(70_000).fill(7));
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 3 });
    const slot = new SlotMemory(memory, base);
    new Uint8Array(memory.buffer).fill(9);
    slot.switchTo([]);
    const bytes = new Uint8Array(memory.buffer);
    const restored = bytes.every((byte, at) => byte === (at < 70_000 ? 7 : 0));
    const { best, unavailable } = probeMemoryStrategy();
    const backing = base.descriptor().backing.kind;
    console.log(JSON.stringify({ best, unavailable, backing, strategy: slot.strategy, restored }));
  `;
  const output = execFileSync(process.execPath, ["--no-experimental-ffi", "--input-type=module", "--eval", script], {
    encoding: "utf8",
  });
  expect(JSON.parse(output)).toEqual({
    best: "copy",
    unavailable: { scan: expect.stringMatching(/node:ffi|Linux/), remap: expect.stringMatching(/node:ffi|Linux/) },
    backing: "shared",
    strategy: "copy",
    restored: true,
  });
});
