import { describe, expect, test } from "vitest";
import type { Arm } from "./arm.ts";
import { handlerOf, handlers } from "./handlers.ts";
import { canServe, fullPlan, planOf } from "./plan.ts";

const short = (options: Parameters<typeof planOf>[0]) =>
  planOf(options).map(({ handler, tenants, connections }) => `${handler.name} ${tenants} ${connections}`);

describe("the plan", () => {
  test("changes one thing at a time from the usual point", () => {
    expect(short(fullPlan)).toEqual([
      "hello 1 1",
      "hello 1 32",
      "hello 1 256",
      "hello 100 32",
      "hello 1000 32",
      "echo 1 32",
      "page 1 32",
      "body 1 32",
      "kv 1 32",
      "cpu 1 32",
    ]);
  });

  test("takes what it is given where the usual point is left out", () => {
    expect(short({ handlers: ["cpu", "kv"], tenants: [5], connections: [4] })).toEqual(["cpu 5 4", "kv 5 4"]);
    expect(short({ handlers: [], tenants: [1], connections: [1] })).toEqual([]);
  });

  test("names the handlers where it does not know one", () => {
    expect(() => short({ handlers: ["hallo"], tenants: [1], connections: [1] })).toThrow("hello, echo, page");
  });

  test("leaves out what an arm does not have", () => {
    const arm: Arm = { name: "", what: "", handlers: ["hello"], tenants: 100, start: () => Promise.reject() };
    expect(planOf(fullPlan).filter((cell) => canServe(arm, cell))).toHaveLength(4);
  });
});

test("a handler knows a right answer from a wrong one", () => {
  expect(handlers.filter(({ isRight }) => isRight('{"items":[]}'))).toEqual([]);
  expect(handlerOf("cpu").isRight("2584\n")).toBe(true);
});
