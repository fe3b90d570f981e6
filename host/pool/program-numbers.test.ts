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

test("the number of a forgotten program goes to the next one, before any that is in use", () => {
  const numbers = new ProgramNumbers(3);
  const programs = ["a", "b", "c", "d", "e"].map((runtime) => ({ runtime }) as SlotProgram);
  const told: string[] = [];
  const use = (index: number) =>
    numbers.numberOf(programs[index]!, (number) => told.push(`${programs[index]!.runtime} is ${number}`));
  expect([use(0), use(1), use(2)]).toEqual([0, 1, 2]);
  expect(numbers.forget(({ runtime }) => runtime === "a" || runtime === "c").toSorted()).toEqual([0, 2]);
  expect(numbers.forget(({ runtime }) => runtime === "a")).toEqual([]);
  const [third, fourth] = [use(3), use(0)];
  expect([third, fourth].toSorted()).toEqual([0, 2]);
  expect(use(1)).toBe(1);
  // All numbers are in use now, so the program that was used longest ago loses its number.
  expect(use(4)).toBe(third);
  expect(told.length).toBe(6);
});
