import { expect, test } from "vitest";
import { latencyOf, percentile, spreadOf } from "./statistics.ts";

test("a percentile is the nearest rank, whatever the order of the values", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 20, 21, 50, 99, 100].map((p) => percentile(values, p))).toEqual([1, 1, 2, 3, 5, 5]);
  expect(values).toEqual([5, 1, 4, 2, 3]);
  expect(() => percentile([], 50)).toThrow("empty");
});

test("a spread has the median, the least and the most", () => {
  expect(spreadOf([30, 10, 20])).toEqual({ median: 20, least: 10, most: 30 });
  expect(spreadOf([7])).toEqual({ median: 7, least: 7, most: 7 });
  expect(latencyOf([1, 2])).toEqual({ p50: 1, p99: 2 });
});
