import { describe, expect, it } from "vitest";
import { HeldMemory } from "./held-memory.ts";

describe("the memory held for tenants", () => {
  it("is limited by tenant and in all, and given back once", () => {
    const memory = new HeldMemory(120);
    const first = memory.hold("a", 30, 50);
    first.add(10);
    expect(() => first.add(11)).toThrow(expect.objectContaining({ code: "PLINTH_TENANT_BUSY" }));
    expect(() => memory.hold("a", 11, 50)).toThrow(expect.objectContaining({ code: "PLINTH_TENANT_BUSY" }));
    memory.hold("b", 40, 50);
    expect(() => memory.hold("c", 11, 50)).toThrow(expect.objectContaining({ code: "PLINTH_OVERLOADED" }));
    expect(memory.total).toBe(80);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    first.add(50);
    expect(memory.total).toBe(40);
    memory.hold("a", 50, 50);
    expect(memory.total).toBe(90);
  });

  it("has a part for those who hold little, whatever the others hold", () => {
    const memory = new HeldMemory(6_400);
    for (let n = 0; n < 48; n++) memory.hold(`large ${n % 4}`, 100, 2_000);
    expect(() => memory.hold("large 1", 1, 2_000)).toThrow(expect.objectContaining({ code: "PLINTH_OVERLOADED" }));
    for (let n = 0; n < 16; n++) memory.hold(`small ${n}`, 100, 2_000);
    expect(memory.total).toBe(6_400);
    expect(() => memory.hold("small 17", 1, 2_000)).toThrow(expect.objectContaining({ code: "PLINTH_OVERLOADED" }));
  });

  it("has room for one that is as large as all memory", () => {
    using _held = new HeldMemory(100).hold("a", 100, 100);
  });

  it("is limited as before when several that hold nothing have gone", () => {
    const memory = new HeldMemory(100);
    const nothing = [memory.hold("a", 0, 50), memory.hold("a", 0, 50), memory.hold("a", 10, 50)];
    for (const held of nothing.reverse()) held[Symbol.dispose]();
    expect(() => memory.hold("a", 51, 50)).toThrow(expect.objectContaining({ code: "PLINTH_TENANT_BUSY" }));
  });
});
