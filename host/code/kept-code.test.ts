import { expect, test } from "vitest";
import { type Code, KeptCode } from "./kept-code.ts";

const module = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
const code = (owner: string, bytes: number): Code => ({ module, isAhead: true, bytes, owner });

function open(limitBytes: number) {
  const dropped: string[] = [];
  return { kept: new KeptCode(limitBytes, (key) => dropped.push(key)), dropped };
}

test("what was used longest ago goes when there is no room, and is told of", () => {
  const { kept, dropped } = open(400);
  for (const owner of ["a", "b", "c", "d"]) kept.add(owner, code(owner, 90));
  expect(kept.get("a")).toBeDefined();
  expect(kept.freeBytes).toBe(40);
  kept.add("e", code("e", 90));
  expect(dropped).toEqual(["b"]);
  expect(kept.get("b")).toBeUndefined();
  expect(kept.get("a")).toBeDefined();
});

test("no owner has more than a quarter: its own modules make room for its newest", () => {
  const { kept, dropped } = open(400);
  kept.add("other", code("b", 100));
  kept.add("first", code("a", 40));
  kept.add("second", code("a", 40));
  expect(kept.get("first")).toBeDefined();
  kept.add("third", code("a", 50));
  expect(dropped).toEqual(["second"]);
  expect(kept.get("other")).toBeDefined();
});

test("a module that is larger than its owner's part is kept alone in that part", () => {
  const { kept, dropped } = open(400);
  kept.add("small", code("a", 10));
  kept.add("large", code("a", 1_000));
  expect(dropped).toEqual(["small"]);
  expect(kept.get("large")).toBeDefined();
  expect(kept.freeBytes).toBe(300);
});

test("a module that is compiled anew takes the place of the one before", () => {
  const { kept, dropped } = open(400);
  kept.add("m", { ...code("a", 20), isAhead: false });
  kept.add("m", code("a", 70));
  expect(dropped).toEqual(["m"]);
  expect(kept.get("m")).toMatchObject({ isAhead: true, bytes: 70 });
  expect(kept.freeBytes).toBe(330);
});
