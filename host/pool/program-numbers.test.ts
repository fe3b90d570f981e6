import { expect, test } from "vitest";
import type { SlotProgram } from "../protocol/slot-step.ts";
import { ProgramNumbers } from "./program-numbers.ts";

test("a program is told once, and again when its number has gone to another one", () => {
  const numbers = new ProgramNumbers(2);
  const told: string[] = [];
  const use = (program: SlotProgram) => {
    const number = numbers.numberOf(program, (n) => told.push(`${program.runtime} is ${n}`));
    return number;
  };
  const [a, b, c] = ["a", "b", "c"].map((runtime) => ({ runtime }) as SlotProgram) as [
    SlotProgram,
    SlotProgram,
    SlotProgram,
  ];
  expect([use(a), use(b), use(a), use(b), use(a)]).toEqual([0, 1, 0, 1, 0]);
  expect(told).toEqual(["a is 0", "b is 1"]);
  expect([use(c), use(a), use(b)]).toEqual([1, 0, 1]);
  expect(told).toEqual(["a is 0", "b is 1", "c is 1", "b is 1"]);
});
