import fc from "fast-check";
import { expect, test } from "vitest";
import { assignmentOf, groupOf } from "./assignment.ts";

test("tenants without a label are spread over the shared groups, each always to the same one", () => {
  const assignment = assignmentOf(4, ["vip"]);
  const groups = Array.from({ length: 200 }, (_, i) => groupOf(assignment, `tenant-${i}`, null));
  expect(new Set(groups)).toEqual(new Set(["1", "2", "3", "4"]));
  expect(Array.from({ length: 200 }, (_, i) => groupOf(assignment, `tenant-${i}`, null))).toEqual(groups);
});

test("a group with a label has the tenants with that label, and no others", () => {
  const labels = ["red", "blue"];
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string()), fc.integer({ min: 1, max: 9 }), (tenant, label, count) => {
      const group = groupOf(assignmentOf(count, labels), tenant, label);
      expect(labels.includes(group)).toBe(label !== null && labels.includes(label));
    }),
  );
  expect(groupOf(assignmentOf(3, labels), "shop", "blue")).toBe("blue");
});

test("tenants with a label that the host has no group for stay together", () => {
  const assignment = assignmentOf(7, []);
  const groups = Array.from({ length: 50 }, (_, i) => groupOf(assignment, `tenant-${i}`, "green"));
  expect(new Set(groups).size).toBe(1);
});
