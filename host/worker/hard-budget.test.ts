import { expect, it } from "vitest";
import { hardBudgetMs } from "./hard-budget.ts";

it("gives a step twice its CPU time, no less than the grace more, in whole ms", () => {
  expect(hardBudgetMs(500, 250)).toBe(1000);
  expect(hardBudgetMs(250, 250)).toBe(500);
  expect(hardBudgetMs(1, 250)).toBe(251);
  expect(hardBudgetMs(0.5, 200)).toBe(201);
});
