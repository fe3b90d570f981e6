import { describe, expect, it } from "vitest";
import { HeldMemory } from "./held-memory.ts";

describe("the memory held for tenants", () => {
  it("is limited by tenant and in all, and given back once", () => {
    const memory = new HeldMemory(100);
    const first = memory.hold("a", 40, 50);
    expect(() => memory.hold("a", 11, 50)).toThrow(expect.objectContaining({ code: "PLINTH_TENANT_BUSY" }));
    memory.hold("b", 50, 50);
    expect(() => memory.hold("c", 11, 50)).toThrow(expect.objectContaining({ code: "PLINTH_OVERLOADED" }));
    expect(memory.total).toBe(90);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(memory.total).toBe(50);
    memory.hold("a", 50, 50);
    expect(memory.total).toBe(100);
  });

  it("is limited as before when several that hold nothing have gone", () => {
    const memory = new HeldMemory(100);
    const nothing = [memory.hold("a", 0, 50), memory.hold("a", 0, 50), memory.hold("a", 10, 50)];
    for (const held of nothing.reverse()) held[Symbol.dispose]();
    expect(() => memory.hold("a", 51, 50)).toThrow(expect.objectContaining({ code: "PLINTH_TENANT_BUSY" }));
  });
});
