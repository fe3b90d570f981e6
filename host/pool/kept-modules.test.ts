import { expect, test } from "vitest";
import { KeptModules } from "./kept-modules.ts";

const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const modules = () => [new WebAssembly.Module(empty)];

test("modules are kept within a bound of bytes; those that were not used for longest go first", () => {
  const kept = new KeptModules({ mostBytes: 100 });
  const [a, b, c] = [modules(), modules(), modules()];
  kept.keep("a", a, 50);
  kept.keep("b", b, 50);
  expect(kept.use("a")).toBe(a);
  kept.keep("c", c, 50);
  expect([kept.use("a"), kept.use("b"), kept.use("c")]).toEqual([a, undefined, c]);
  kept.keep("too large", modules(), 101);
  expect(kept.use("too large")).toBeUndefined();
});

test("modules that are not used any more go", async () => {
  const kept = new KeptModules({ keptMs: 20 });
  kept.keep("a", modules(), 8);
  expect(kept.use("a")).toBeDefined();
  await expect.poll(() => kept.use("a"), { interval: 100 }).toBeUndefined();
});
